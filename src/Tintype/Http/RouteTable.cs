namespace Tintype.Http;

/// <summary>Gathers what a role maps without serving it.</summary>
internal sealed class RouteTable(IServiceProvider services) : IEndpointRouteBuilder
{
    public IServiceProvider ServiceProvider => services;

    public ICollection<EndpointDataSource> DataSources { get; } = [];

    public IEnumerable<RouteEndpoint> Endpoints => DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
}
