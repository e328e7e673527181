using Tintype.Web.Fragments;
using Tintype.Web.Parts;
using Tintype.Web.Views;

namespace Tintype.Cards;

/// <summary>What <see cref="PersonRow"/> wrote of a person whom the viewer may follow.</summary>
internal sealed class RowMarkup
{
    /// <summary>Follows the viewer 1, with a reason 2.</summary>
    public Composition?[] Ways { get; } = new Composition?[4];
}

/// <summary>People beside pages in UTF-8: composed once for each way in which they are shown, by the component that pages use.</summary>
internal sealed class RowPieces(Composer composer)
{
    private static readonly PageContext Page = Composer.Page();

    /// <param name="row">Of that person.</param>
    public ValueTask<Composition> OfAsync(Person person, PersonRowView row)
    {
        if (row.State != FollowState.None)
        {
            // Not suggested, so not worth keeping.
            return new(ComposeAsync(new RowMarkup(), row, row.Why is { Length: > 0 } ? 2 : 0));
        }
        var way = (row.FollowsMe ? 1 : 0) | (row.Why is { Length: > 0 } ? 2 : 0);
        return (person.Row ??= new RowMarkup()).Ways[way] is { } ready ? new(ready) : new(ComposeAsync(person.Row, row, way));
    }

    private async Task<Composition> ComposeAsync(RowMarkup markup, PersonRowView row, int way) =>
        markup.Ways[way] = await composer.ComposeAsync<PersonRow>(Page, new()
        {
            [nameof(PersonRow.Row)] = row with { Why = row.Why is { Length: > 0 } ? Holes.Of(Hole.Why) : null },
        });
}
