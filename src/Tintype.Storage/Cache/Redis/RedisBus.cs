using System.Text;
using Tintype.Storage.Model;

namespace Tintype.Storage.Cache.Redis;

/// <summary>Messages between processes over PUBLISH and SUBSCRIBE. The connection subscribes anew by itself after an interruption.</summary>
public sealed class RedisBus(RedisConnection redis) : IProcessBus
{
    private const string Channel = "words";

    private Action<string>? hear;
    private Task? listening;

    public Task SendAsync(string message, CancellationToken cancel) => redis.PublishAsync(Channel, Encoding.ASCII.GetBytes(message)).WaitAsync(cancel);

    public async Task ListenAsync(Action<string> hear, CancellationToken cancel)
    {
        Volatile.Write(ref this.hear, hear);
        await (listening ??= redis.ListenAsync(Channel, message => Volatile.Read(ref this.hear)!(Encoding.ASCII.GetString(message.Span)))).WaitAsync(cancel);
        await Task.Delay(Timeout.Infinite, cancel);
    }
}
