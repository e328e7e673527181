using Tintype.Storage.Cache;
using Tintype.Storage.Shards;

namespace Tintype.Specs.Backends;

/// <summary>Requests wait until the instances of a running cluster have heard what a spec has written beside them.</summary>
internal sealed class HeardFirst(ShardMap map, Invalidations invalidations, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // What is told is heard within milliseconds; nobody says when.
    private static readonly TimeSpan Hearing = TimeSpan.FromMilliseconds(50);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await map.ToldAsync(cancellationToken);
        await invalidations.ToldAsync(TimeSpan.FromSeconds(10));
        await Task.Delay(Hearing, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }
}
