namespace Tintype.Storage.Model;

/// <summary>
/// Carries short messages from every process of an instance to all of them, the sender too, within milliseconds and in each sender's order.
/// A message may be lost: whoever uses it counts.
/// </summary>
public interface IProcessBus
{
    /// <param name="message">At most 7,999 bytes of ASCII.</param>
    Task SendAsync(string message, CancellationToken cancel);

    /// <summary>Listens until it is cancelled.</summary>
    /// <exception cref="Exception">The connection is lost: to be called again.</exception>
    Task ListenAsync(Action<string> hear, CancellationToken cancel);
}
