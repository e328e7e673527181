using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tintype.Commands.Load.Connected;

/// <summary>
/// Connected visitors of one process: each keeps a connection and reads its own feed every so often, however slow answers are. Latency counts from
/// the moment a read was due. One that is due a whole period before the last is answered is not sent and counts as failed.
/// </summary>
internal sealed class ConnectedLoad(ConnectedPlan plan)
{
    private const string FeedPath = "/api/v1/timelines/home?limit=5";

    // Of the 28,000 ports of an address, so that those of connections that were closed are not missed.
    private const int VisitorsOfAddress = 10_000;

    /// <summary>Everybody's first read, connecting included.</summary>
    public ReadFigures Arrival { get; } = new();

    public IReadOnlyList<ReadFigures> Turns { get; } = [.. Enumerable.Range(0, plan.Turns).Select(_ => new ReadFigures())];

    /// <param name="visitors">With their place among all.</param>
    /// <param name="begin">From <see cref="Stopwatch"/>.</param>
    public Task RunAsync(IEnumerable<(int Place, Visitor Visitor)> visitors, long begin, CancellationToken cancel) =>
        Task.WhenAll(visitors.Select(one => VisitAsync(one.Place, one.Visitor, begin, cancel)));

    private async Task VisitAsync(int place, Visitor visitor, long begin, CancellationToken cancel)
    {
        using var feed = Connect(plan.Servers, place);
        using var control = plan.Control.Count > 0 ? Connect(plan.Control, place) : null;
        var request = Request(plan.Servers[place % plan.Servers.Count], FeedPath, visitor.Token);
        ReadOnlyMemory<byte> fixedRequest = default;
        var isFirst = true;
        var bytes = 0;
        for (var due = plan.ArrivalOf(place); due < plan.End && !cancel.IsCancellationRequested; due += plan.Every)
        {
            await WaitAsync(begin, due, cancel);
            var turn = plan.At(due);
            var figures = isFirst ? Arrival : turn.IsCounted ? Turns[turn.Number] : null;
            if (Stopwatch.GetElapsedTime(begin) - due > plan.MostLate)
            {
                figures?.Failed("not sent: the one before was still waited for");
                continue;
            }
            if (turn.IsControl && fixedRequest.IsEmpty)
            {
                fixedRequest = Request(plan.Control[place % plan.Control.Count], string.Create(CultureInfo.InvariantCulture, $"/{bytes}"), null);
            }
            var read = await ReadAsync(
                turn.IsControl ? control! : feed, turn.IsControl ? fixedRequest : request, begin, due, figures, cancel);
            if (read is { } length && !turn.IsControl)
            {
                (bytes, fixedRequest) = (length, length == bytes ? fixedRequest : default);
            }
            if (isFirst)
            {
                // However they came, they read at different times.
                (isFirst, due) = (false, due + plan.Every * (Random.Shared.NextDouble() - 0.5));
            }
        }
    }

    /// <returns>Null when it failed.</returns>
    private async Task<int?> ReadAsync(VisitorConnection connection, ReadOnlyMemory<byte> request, long begin, TimeSpan due, ReadFigures? figures, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(plan.Patience);
        try
        {
            var answer = await connection.AskAsync(request, limit.Token);
            if (!answer.IsSuccess)
            {
                figures?.Failed(string.Create(CultureInfo.InvariantCulture, $"status {answer.Status}"));
                return null;
            }
            figures?.Succeeded(Stopwatch.GetElapsedTime(begin) - due, answer.Bytes);
            return answer.Bytes;
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            if (!cancel.IsCancellationRequested)
            {
                figures?.Failed(error switch { SocketException lost => lost.SocketErrorCode.ToString(), OperationCanceledException => "timed out", _ => error.Message });
            }
            return null;
        }
    }

    private static Task WaitAsync(long begin, TimeSpan due, CancellationToken cancel)
    {
        var wait = due - Stopwatch.GetElapsedTime(begin);
        return wait > TimeSpan.Zero ? WaitAsync(wait, cancel) : Task.CompletedTask;

        // A delay is cut to whole milliseconds, and a read before it is due would look faster than it is.
        static async Task WaitAsync(TimeSpan wait, CancellationToken cancel) => await Task.Delay((int)Math.Ceiling(wait.TotalMilliseconds), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static VisitorConnection Connect(IReadOnlyList<Uri> servers, int place)
    {
        var server = servers[place % servers.Count];
        return IPAddress.TryParse(server.Host, out var address)
            ? new VisitorConnection(new IPEndPoint(address, server.Port), OperatingSystem.IsLinux() && IPAddress.IsLoopback(address) && address.AddressFamily == AddressFamily.InterNetwork
                ? new IPAddress([127, 0, 1, (byte)(1 + place / VisitorsOfAddress % 250)]) : null)
            : new VisitorConnection(new DnsEndPoint(server.Host, server.Port), null);
    }

    private static byte[] Request(Uri server, string path, string? token) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}\r\n");
}
