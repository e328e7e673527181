using System.Globalization;

namespace Tintype.Storage.Cache;

/// <summary>What is counted: a text, or one that ends in a number, such as that of an account.</summary>
/// <remarks>Whoever is counted at each request is remembered under it: a text for each of them would take six times as much.</remarks>
/// <param name="Text">All of it, or what the number follows.</param>
/// <param name="Number">Of which there are many; 0: none.</param>
public readonly record struct RateKey(string Text, long Number = 0)
{
    public override string ToString() => Number == 0 ? Text : string.Create(CultureInfo.InvariantCulture, $"{Text}{Number}");
}
