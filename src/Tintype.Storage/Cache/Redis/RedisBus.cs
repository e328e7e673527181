using System.Text;
using Tintype.Storage.Model;

namespace Tintype.Storage.Cache.Redis;

/// <summary>Messages between processes over PUBLISH and SUBSCRIBE. The connection subscribes anew by itself after an interruption.</summary>
public sealed class RedisBus(RedisConnection redis) : IProcessBus
{
    private const string Channel = "words";

    private Action<string>? hear;
    private Task? listening;

    /// <exception cref="MemoryServerException">It was not taken; or nobody heard it, as at a node of a cluster that takes it in the place of one that is lost.</exception>
    public async Task SendAsync(string message, CancellationToken cancel)
    {
        if (await redis.PublishAsync(Channel, Encoding.ASCII.GetBytes(message)).WaitAsync(cancel) == 0)
        {
            throw new MemoryServerException($"nobody listens at the memory server {redis.Name}", new InvalidOperationException());
        }
    }

    public async Task ListenAsync(Action<string> hear, CancellationToken cancel)
    {
        Volatile.Write(ref this.hear, hear);
        await (listening ??= redis.ListenAsync(Channel, message => Volatile.Read(ref this.hear)!(Encoding.ASCII.GetString(message.Span)))).WaitAsync(cancel);
        await Task.Delay(Timeout.Infinite, cancel);
    }
}
