using Tintype.Cards;
using Tintype.Storage.Model;
using Xunit;

namespace Tintype.Specs.Cards;

public sealed class CaptionSpecs
{
    private static readonly Mention Anna = new(new AccountId(1), "anna");

    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("雪の京都 Ä", "雪の京都 Ä")]
    [InlineData("one\ntwo", "one<br>two")]
    [InlineData("a#b c&#39; 5", "a#b c&amp;#39; 5")]
    [InlineData("#1 #2026", "#1 #2026")]
    [InlineData("mail me@anna.example", "mail me@anna.example")]
    [InlineData("@nobody", "@nobody")]
    [InlineData("@Anna!", """<a href="/@anna" class="u-url mention">@<span>anna</span></a>!""")]
    [InlineData("#Été,", """<a href="/tags/%C3%A9t%C3%A9" class="mention hashtag" rel="tag">#<span>Été</span></a>,""")]
    [InlineData("see https://a.example/x?y=\"z", """see <a href="https://a.example/x?y=" rel="nofollow noopener noreferrer" target="_blank">https://a.example/x?y=</a>&quot;z""")]
    [InlineData("javascript:alert(1)", "javascript:alert(1)")]
    public void A_caption_becomes_html_that_is_safe_and_linked(string caption, string html) =>
        Assert.Equal(html, CaptionHtml.Of(caption, [Anna]));

    [Fact]
    public void Tags_are_found_once_each_in_any_script_and_at_most_thirty()
    {
        Assert.Equal(["light", "été", "雪"], CaptionText.Tags("#Light #light, #Été and #雪 but not a#b or #123"));
        Assert.Equal(CaptionText.MaxTags, CaptionText.Tags(string.Concat(Enumerable.Range(0, 100).Select(number => $"#tag{number}x "))).Count);
    }
}
