using Tintype.Accounts;
using Xunit;

namespace Tintype.Specs.Accounts;

/// <summary>The truth table of what makes a password.</summary>
public sealed class PasswordRulesSpecs
{
    [Theory]
    [InlineData("three words remembered", null)]
    [InlineData("correct horse battery", null)]
    [InlineData("Übergröße-Käse", null)]
    [InlineData("x7#kQ9!vLm", null)]
    [InlineData("", "ERR_BLANK")]
    [InlineData("short1234", "ERR_TOO_SHORT")]
    [InlineData("aaaaaaaaaaaa", "ERR_INVALID")]
    [InlineData("121212121212", "ERR_INVALID")]
    [InlineData("abcdefghijkl", "ERR_INVALID")]
    [InlineData("poiuytrewq", "ERR_INVALID")]
    [InlineData("P@ssw0rd2024!", "ERR_INVALID")]
    [InlineData("aliceliddell", "ERR_INVALID")]
    [InlineData("alice@example.org", "ERR_INVALID")]
    [InlineData("aliceliddell down the rabbit hole", null)]
    public void A_password_is_long_and_not_what_anybody_would_try_first(string password, string? problem) =>
        Assert.Equal(problem, PasswordRules.ProblemWith(password, "aliceliddell", "alice@example.org")?.Code);

    [Fact]
    public void A_novel_is_not_a_password() =>
        Assert.Equal("ERR_TOO_LONG", PasswordRules.ProblemWith(string.Join(' ', Enumerable.Range(0, 100)))?.Code);
}
