namespace Tintype.Demo.Painting;

/// <summary>What a picture shows; each has a painter of its own in Motifs.</summary>
internal enum Motif
{
    Alps, Dunes, Sea, Ridges, Forest, City, Aurora, Stars, Bokeh, Leaves, Facade, Stairs,
    Azulejo, Autumn, Cabin, Rain, StillLife, Silhouette, Harbour, Balloons, Spiral, Lavender, Shore, Ink,
}
