namespace Tintype.Storage.Model;

/// <summary>What was made of a value and of others, and is kept with it: it refers to what is not the value's own, so it does not count as part of its size.</summary>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class DerivedAttribute : Attribute;
