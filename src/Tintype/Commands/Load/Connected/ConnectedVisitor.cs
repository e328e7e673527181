using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace Tintype.Commands.Load.Connected;

/// <summary>
/// Somebody who keeps a connection and reads their own feed every so often, however slow answers are. Latency counts from the moment a read was due. One that is due a whole
/// period before the last is answered is not sent and counts as failed.
/// </summary>
/// <remarks>
/// What reads need is made once. Tens of thousands of visitors who make garbage are a process that stands still for tens of milliseconds to collect it, and takes that for the
/// slowness of what it asks.
/// </remarks>
internal sealed class ConnectedVisitor : IDisposable
{
    private const string FeedPath = "/api/v1/timelines/home?limit=5";

    // Of the 28,000 ports of an address, so that those of connections that were closed are not missed.
    private const int VisitorsOfAddress = 10_000;

    private readonly ConnectedPlan plan;
    private readonly ConnectedLoad load;
    private readonly int place;
    private readonly long begin;
    private readonly CancellationToken cancel;
    private readonly CancellationTokenRegistration cancelled;
    private readonly PeriodicTimer alarm = new(Timeout.InfiniteTimeSpan);
    private readonly VisitorConnection feed;
    private readonly VisitorConnection? control;
    private readonly byte[] request;
    private CancellationTokenSource patience = new();
    private ReadOnlyMemory<byte> fixedRequest;
    private int bytes;

    /// <param name="place">Among all visitors.</param>
    /// <param name="begin">From <see cref="Stopwatch"/>.</param>
    public ConnectedVisitor(ConnectedPlan plan, ConnectedLoad load, int place, string token, long begin, CancellationToken cancel)
    {
        (this.plan, this.load, this.place, this.begin, this.cancel) = (plan, load, place, begin, cancel);
        feed = Connect(plan.Servers);
        control = plan.Control.Count > 0 ? Connect(plan.Control) : null;
        request = Request(plan.Servers, FeedPath, token);
        cancelled = cancel.UnsafeRegister(static self => ((ConnectedVisitor)self!).patience.Cancel(), this);
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(begin);

    /// <summary>Until all are done: closing tens of thousands of connections is work too, and not what is counted.</summary>
    public async Task StayAsync()
    {
        var first = plan.ArrivalOf(place);
        await WaitAsync(first);
        await ReadFeedAsync(first, load.Arrival);
        // However they came, they read at different times.
        for (var due = first + plan.Every * (0.5 + Random.Shared.NextDouble()); due < plan.End && !cancel.IsCancellationRequested; due += plan.Every)
        {
            await WaitAsync(due);
            var turn = plan.At(due);
            if (Now - due > plan.MostLate)
            {
                load.Of(turn)?.Failed("not sent: the one before was still waited for");
                continue;
            }
            await (turn.IsControl || plan.MeetsControl(place, due) ? ReadControlAsync(due, load.Of(turn)) : ReadFeedAsync(due, load.Of(turn)));
        }
        await WaitAsync(plan.End);
    }

    public void Dispose()
    {
        cancelled.Dispose();
        alarm.Dispose();
        feed.Dispose();
        control?.Dispose();
        patience.Dispose();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadFeedAsync(TimeSpan due, ReadFigures? figures)
    {
        if (await ReadAsync(feed, request, due, figures) is { } length && length != bytes)
        {
            (bytes, fixedRequest) = (length, default);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReadControlAsync(TimeSpan due, ReadFigures? figures)
    {
        if (fixedRequest.IsEmpty)
        {
            fixedRequest = Request(plan.Control, string.Create(CultureInfo.InvariantCulture, $"/{bytes}"), null);
        }
        await ReadAsync(control!, fixedRequest, due, figures);
    }

    /// <returns>Bytes of the answer; null when it failed.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int?> ReadAsync(VisitorConnection connection, ReadOnlyMemory<byte> request, TimeSpan due, ReadFigures? figures)
    {
        patience.CancelAfter(plan.Patience);
        try
        {
            var answer = await connection.AskAsync(request, patience.Token);
            if (!answer.IsSuccess)
            {
                figures?.Failed(string.Create(CultureInfo.InvariantCulture, $"status {answer.Status}"));
                return null;
            }
            figures?.Succeeded(Now - due, answer.Bytes);
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
        finally
        {
            if (!patience.TryReset() && !cancel.IsCancellationRequested)
            {
                // The spent one is not disposed of: who cancels everything may have it in hand.
                patience = new CancellationTokenSource();
            }
        }
    }

    /// <summary>Returns at once when all is over.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync(TimeSpan due)
    {
        for (var wait = due - Now; wait > TimeSpan.Zero && !cancel.IsCancellationRequested; wait = due - Now)
        {
            // It takes whole milliseconds, and a read before it is due would look faster than it is.
            alarm.Period = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
            try
            {
                await alarm.WaitForNextTickAsync(cancel);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
        alarm.Period = Timeout.InfiniteTimeSpan;
    }

    private VisitorConnection Connect(IReadOnlyList<Uri> servers)
    {
        var server = servers[place % servers.Count];
        return IPAddress.TryParse(server.Host, out var address)
            ? new VisitorConnection(new IPEndPoint(address, server.Port), OperatingSystem.IsLinux() && IPAddress.IsLoopback(address) && address.AddressFamily == AddressFamily.InterNetwork
                ? new IPAddress([127, 0, 1, (byte)(1 + place / VisitorsOfAddress % 250)]) : null)
            : new VisitorConnection(new DnsEndPoint(server.Host, server.Port), null);
    }

    private byte[] Request(IReadOnlyList<Uri> servers, string path, string? token) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {servers[place % servers.Count].Authority}\r\n{(token is null ? "" : $"Authorization: Bearer {token}\r\n")}\r\n");
}
