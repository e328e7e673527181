namespace Tintype.Storage.Objects;

/// <summary>The store does not answer or only with faults: nothing was stored, nothing can be said of what is there. It may pass.</summary>
public sealed class ObjectStoreDownException(string store, Exception inner)
    : UnavailableException($"The object store {store} does not answer: {inner.Message}", inner);

/// <summary>The store answers and will not have us: wrong keys, no such bucket and no right to make it. It will not pass by itself.</summary>
public sealed class ObjectStoreRefusedException(string store, Exception inner)
    : Exception($"The object store {store} refuses: {inner.Message}", inner);
