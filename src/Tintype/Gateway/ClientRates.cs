using System.Threading.RateLimiting;
using Tintype.Http;

namespace Tintype.Gateway;

/// <summary>
/// How fast one client may ask, counted by network address and by token: a bucket of four seconds' worth that refills steadily. It keeps
/// one client from taking the instances' time; what accounts may do over minutes the instances count themselves.
/// </summary>
internal sealed class ClientRates : IDisposable
{
    private const int SecondsSaved = 4;

    private readonly RequestDelegate next;
    private readonly PartitionedRateLimiter<HttpContext> byAddress;
    private readonly PartitionedRateLimiter<HttpContext> byToken;

    public ClientRates(RequestDelegate next, Settings settings)
    {
        this.next = next;
        byAddress = Buckets(settings.Gateway.AddressRate, ClientAddress.Network);
        byToken = Buckets(settings.Gateway.TokenRate, context => ReaderAffinity.Reader(context.Request));
    }

    public async Task InvokeAsync(HttpContext context)
    {
        foreach (var (limiter, counted) in new[] { (byAddress, "address"), (byToken, "token") })
        {
            using var lease = limiter.AttemptAcquire(context);
            if (!lease.IsAcquired)
            {
                GatewayMetrics.Limited(counted);
                await RateLimits.TooMany(context, lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1)).ExecuteAsync(context);
                return;
            }
        }
        await next(context);
    }

    public void Dispose()
    {
        byAddress.Dispose();
        byToken.Dispose();
    }

    private static PartitionedRateLimiter<HttpContext> Buckets(int perSecond, Func<HttpContext, string?> client) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context => client(context) is { Length: > 0 } key && perSecond > 0
            ? RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = perSecond * SecondsSaved,
                TokensPerPeriod = perSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                AutoReplenishment = true,
            })
            : RateLimitPartition.GetNoLimiter(""));
}
