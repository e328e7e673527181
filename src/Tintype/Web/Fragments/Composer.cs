using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Tintype.Web.Views;

namespace Tintype.Web.Fragments;

/// <summary>
/// Has a component write its markup once, for a page that is nobody's yet: the one owner of what stands on a page stays the component,
/// whoever copies it afterwards.
/// </summary>
internal sealed class Composer(IServiceProvider services, ILoggerFactory loggers)
{
    /// <summary>A page with holes in place of all that differs by viewer, moment and address.</summary>
    /// <param name="unread">Stands in the navigation, in one of several forms, so it is no hole.</param>
    public static PageContext Page(int unread = 0, bool isFragment = false) => new(
        new ViewerView(new PersonView(default, Holes.Of(Hole.Username), "", Holes.Of(Hole.Picture), false), unread, false),
        Holes.Of(Hole.Csrf), Holes.Of(Hole.Path), isFragment, default, "", null)
    {
        IsComposed = true,
    };

    /// <param name="page">Given to every component inside.</param>
    /// <param name="parameters">Of the component.</param>
    public async Task<Composition> ComposeAsync<TComponent>(PageContext page, Dictionary<string, object?> parameters) where TComponent : IComponent
    {
        // A renderer keeps all that it ever wrote: one for each piece.
        await using var renderer = new HtmlRenderer(services, loggers);
        var markup = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<CascadingValue<PageContext>>(ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                [nameof(CascadingValue<PageContext>.Value)] = page,
                [nameof(CascadingValue<PageContext>.IsFixed)] = true,
                [nameof(CascadingValue<PageContext>.ChildContent)] = (RenderFragment)(builder =>
                {
                    builder.OpenComponent<TComponent>(0);
                    builder.AddMultipleAttributes(1, parameters!);
                    builder.CloseComponent();
                }),
            }));
            return root.ToHtmlString();
        });
        return Composition.Of(markup);
    }
}
