namespace Tintype.Storage;

/// <summary>
/// Something that the process stands on does not answer. It may pass: requests are told to come back, jobs wait without that being held
/// against them.
/// </summary>
public abstract class UnavailableException(string message, Exception inner) : Exception(message, inner);
