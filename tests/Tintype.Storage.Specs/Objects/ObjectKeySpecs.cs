using Tintype.Storage.Objects;
using Xunit;

namespace Tintype.Storage.Specs.Objects;

public sealed class ObjectKeySpecs
{
    [Theory]
    [InlineData("photos/1/a/original")]
    [InlineData("a/b")]
    public void Keys_are_segments(string text) => Assert.Equal(text, ObjectKey.Parse(text).Value);

    [Theory]
    [InlineData("")]
    [InlineData("alone")]
    [InlineData("/photos/1")]
    [InlineData("photos//1")]
    [InlineData("photos/../secret")]
    [InlineData("photos/.hidden")]
    [InlineData(".staging/x")]
    [InlineData("photos\\1\\x")]
    [InlineData("photos/a b")]
    [InlineData("photos/a\0")]
    [InlineData("a/b/c/d/e/f/g")]
    public void Tricks_are_no_keys(string text) => Assert.False(ObjectKey.TryParse(text, out _));
}
