using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Tintype.Storage.Cache.Levels;

namespace Tintype.Storage.Cache.Memcached;

/// <summary>One line of answer, and the bytes behind it if it has some.</summary>
/// <param name="Code">VA (a value follows), HD (done), EN (nothing there), NS (not stored), EX (another version), NF (not found).</param>
/// <param name="Flags">What was asked to be returned, each with its letter: c42 is the version.</param>
internal readonly record struct MemcachedAnswer(string Code, string[] Flags, byte[]? Bytes)
{
    public string? Flag(char letter) => Array.Find(Flags, flag => flag[0] == letter)?[1..];
}

/// <summary>
/// A connection to one memcached, over which many ask at once: commands go out as they come, answers come back in the same order. It is made
/// when first used and made anew when it breaks; everybody who waits then gets the error.
/// </summary>
/// <remarks>Speaks the meta commands of memcached 1.6 (doc/protocol.txt there): each gets exactly one answer.</remarks>
internal sealed class MemcachedConnection(string host, int port, TimeSpan connectWithin) : IAsyncDisposable
{
    private readonly SemaphoreSlim gate = new(1, 1);
    private Link? link;

    public string Name => $"{host}:{port}";

    /// <exception cref="SharedCacheException">The connection cannot be made or broke.</exception>
    public async Task<MemcachedAnswer> AskAsync(byte[] command)
    {
        var connected = Volatile.Read(ref link);
        if (connected is null || connected.IsBroken)
        {
            connected = await ConnectAsync();
        }
        return await connected.AskAsync(command);
    }

    public async ValueTask DisposeAsync()
    {
        if (link is not null)
        {
            await link.DisposeAsync();
        }
        gate.Dispose();
    }

    private async Task<Link> ConnectAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (link is { IsBroken: false })
            {
                return link;
            }
            if (link is not null)
            {
                await link.DisposeAsync();
            }
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var enough = new CancellationTokenSource(connectWithin);
            try
            {
                await socket.ConnectAsync(host, port, enough.Token);
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                throw new SharedCacheException($"memcached {Name}: {error.Message}", error);
            }
            return link = new Link(Name, socket);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>A connection while it lasts.</summary>
    private sealed class Link : IAsyncDisposable
    {
        private readonly string name;
        private readonly NetworkStream stream;
        private readonly PipeReader reader;
        private readonly Channel<(byte[] Command, TaskCompletionSource<MemcachedAnswer> Answer)> outgoing = Channel.CreateUnbounded<(byte[], TaskCompletionSource<MemcachedAnswer>)>(new UnboundedChannelOptions { SingleReader = true });
        private readonly Channel<TaskCompletionSource<MemcachedAnswer>> awaited = Channel.CreateUnbounded<TaskCompletionSource<MemcachedAnswer>>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        private readonly Task ended;
        private volatile bool broken;

        public Link(string name, Socket socket)
        {
            this.name = name;
            stream = new NetworkStream(socket, ownsSocket: true);
            reader = PipeReader.Create(stream);
            ended = Task.WhenAll(GuardAsync(SendAsync), GuardAsync(ReceiveAsync));
        }

        public bool IsBroken => broken;

        public Task<MemcachedAnswer> AskAsync(byte[] command)
        {
            var answer = new TaskCompletionSource<MemcachedAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            return outgoing.Writer.TryWrite((command, answer)) ? answer.Task : throw new SharedCacheException($"memcached {name}: the connection broke");
        }

        public async ValueTask DisposeAsync()
        {
            Break(new SharedCacheException($"memcached {name}: closed"));
            await ended;
            await reader.CompleteAsync();
        }

        /// <summary>Takes all that waits to go out and sends it in one go.</summary>
        private async Task SendAsync()
        {
            var buffer = new ArrayBufferWriter<byte>(4096);
            while (await outgoing.Reader.WaitToReadAsync())
            {
                buffer.ResetWrittenCount();
                while (buffer.WrittenCount < 64 * 1024 && outgoing.Reader.TryRead(out var next))
                {
                    buffer.Write(next.Command);
                    if (!awaited.Writer.TryWrite(next.Answer))
                    {
                        next.Answer.TrySetException(new SharedCacheException($"memcached {name}: the connection broke"));
                    }
                }
                await stream.WriteAsync(buffer.WrittenMemory);
            }
        }

        private async Task ReceiveAsync()
        {
            await foreach (var answer in awaited.Reader.ReadAllAsync())
            {
                try
                {
                    answer.SetResult(await ReadAsync());
                }
                catch (Exception error)
                {
                    answer.TrySetException(new SharedCacheException($"memcached {name}: {error.Message}", error));
                    throw;
                }
            }
        }

        private async Task<MemcachedAnswer> ReadAsync()
        {
            var line = await ReadLineAsync();
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [] or ["ERROR", ..] or ["CLIENT_ERROR", ..] or ["SERVER_ERROR", ..])
            {
                throw new InvalidDataException($"memcached said '{line}'");
            }
            return words[0] == "VA"
                ? new("VA", words[2..], await ReadBytesAsync(int.Parse(words[1], CultureInfo.InvariantCulture)))
                : new(words[0], words[1..], null);
        }

        private async Task<string> ReadLineAsync()
        {
            while (true)
            {
                var read = await reader.ReadAsync();
                if (read.Buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = Encoding.ASCII.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                    reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                    return line;
                }
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (read.IsCompleted)
                {
                    throw new EndOfStreamException("the server closed the connection");
                }
            }
        }

        private async Task<byte[]> ReadBytesAsync(int length)
        {
            var read = await reader.ReadAtLeastAsync(length + 2);
            if (read.Buffer.Length < length + 2)
            {
                throw new EndOfStreamException("the server closed the connection");
            }
            var bytes = read.Buffer.Slice(0, length).ToArray();
            reader.AdvanceTo(read.Buffer.GetPosition(length + 2));
            return bytes;
        }

        private async Task GuardAsync(Func<Task> talk)
        {
            try
            {
                await talk();
            }
            catch (Exception error)
            {
                Break(error);
            }
        }

        private void Break(Exception error)
        {
            broken = true;
            outgoing.Writer.TryComplete();
            awaited.Writer.TryComplete();
            stream.Dispose();
            while (outgoing.Reader.TryRead(out var unsent))
            {
                unsent.Answer.TrySetException(new SharedCacheException($"memcached {name}: {error.Message}", error));
            }
            while (awaited.Reader.TryRead(out var unanswered))
            {
                unanswered.TrySetException(new SharedCacheException($"memcached {name}: {error.Message}", error));
            }
        }

        /// <summary>Ends it: answers that come late would be taken for those of others.</summary>
        public void GiveUp() => Break(new TimeoutException("no answer in time"));
    }

    /// <summary>Closes a connection that does not answer, so that the next one who asks makes another.</summary>
    public void GiveUp() => Volatile.Read(ref link)?.GiveUp();
}
