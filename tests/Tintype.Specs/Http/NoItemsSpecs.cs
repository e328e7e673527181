using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tintype.Http;
using Xunit;

namespace Tintype.Specs.Http;

public sealed class NoItemsSpecs
{
    [Theory]
    [InlineData("/unused", null)]
    [InlineData("/used", "kept")]
    public async Task Of_requests_that_are_over_the_items_that_nobody_used_are_empty_for_all_at_once(string path, string? kept)
    {
        var items = new ConcurrentQueue<IDictionary<object, object?>>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Use(next => async context =>
        {
            await next(context);
            items.Enqueue(context.Items);
            await context.Response.WriteAsync("over");
        });
        NoItems.Use(app);
        app.Run(context =>
        {
            if (kept is not null)
            {
                context.Items["word"] = kept;
            }
            return context.Response.StartAsync();
        });
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        Assert.Equal("over", await http.GetStringAsync(path));
        Assert.Equal("over", await http.GetStringAsync(path));

        Assert.Equal(2, items.Count);
        Assert.All(items, of => Assert.Equal(kept is null, ReferenceEquals(of, ReadOnlyDictionary<object, object?>.Empty)));
        Assert.All(items, of => Assert.Equal(kept, of.TryGetValue("word", out var word) ? word : null));
    }
}
