using Xunit;

namespace Tintype.Specs.Proxies;

public sealed class NginxSpecs(NginxSpecs.InFront at) : RevalidatingProxyContract(at), IClassFixture<NginxSpecs.InFront>
{
    public sealed class InFront() : ProxiedWorld("nginx");
}

public sealed class VarnishSpecs(VarnishSpecs.InFront at) : RevalidatingProxyContract(at), IClassFixture<VarnishSpecs.InFront>
{
    public sealed class InFront() : ProxiedWorld("varnish");
}

public sealed class SquidSpecs(SquidSpecs.InFront at) : CachingProxyContract(at), IClassFixture<SquidSpecs.InFront>
{
    protected override bool ShowsPicturesPastSharedAge => false;

    public sealed class InFront() : ProxiedWorld("squid");
}

public sealed class TrafficServerSpecs(TrafficServerSpecs.InFront at) : CachingProxyContract(at), IClassFixture<TrafficServerSpecs.InFront>
{
    protected override bool ShowsPicturesPastSharedAge => false;

    public sealed class InFront() : ProxiedWorld("trafficserver");
}
