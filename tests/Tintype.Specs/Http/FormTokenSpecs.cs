using System.Net;
using Tintype.Http;
using Tintype.Specs.Accounts;
using Xunit;

namespace Tintype.Specs.Http;

/// <summary>Tokens of forms: other bytes on every page, good for the browser they were made for and for no other.</summary>
public sealed class FormTokenSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task No_two_pages_show_the_same_bytes_and_each_is_good()
    {
        using var anna = await Visitor.JoinedAsync(world, "anna");

        var (first, second) = (await TokenAsync(anna), await TokenAsync(anna));

        Assert.NotEqual(first, second);
        Assert.NotEqual(first[1..20], second[1..20]);
        Assert.Equal(FormTokens.Unmask(first), FormTokens.Unmask(second));
        Assert.Equal(HttpStatusCode.SeeOther, await SaveAsync(anna, first));
        Assert.Equal(HttpStatusCode.SeeOther, await SaveAsync(anna, second));
        Assert.Equal(HttpStatusCode.SeeOther, await SaveAsync(anna, FormTokens.Unmask(second)));
    }

    [Fact]
    public async Task A_token_is_no_good_in_another_browser_nor_when_touched()
    {
        using var bert = await Visitor.JoinedAsync(world, "bert");
        using var cora = await Visitor.JoinedAsync(world, "cora");
        var token = await TokenAsync(bert);

        Assert.Equal(HttpStatusCode.BadRequest, await SaveAsync(cora, token));
        foreach (var touched in new[] { token[..^2], "." + token[2..], token[..30] + (token[30] == 'A' ? 'B' : 'A') + token[31..], ".", "", "x" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, await SaveAsync(bert, touched));
        }
        Assert.Equal(HttpStatusCode.SeeOther, await SaveAsync(bert, token));
    }

    [Fact]
    public async Task A_browser_whose_cookie_is_none_of_ours_is_given_another()
    {
        using var dora = await Visitor.JoinedAsync(world, "dora");
        var old = dora.Cookies.GetAllCookies()[FormTokens.Cookie]!;
        var before = await TokenAsync(dora);

        old.Value = "CfDJ8broken";
        var after = await TokenAsync(dora);

        Assert.NotEqual("CfDJ8broken", dora.Cookies.GetAllCookies()[FormTokens.Cookie]!.Value);
        Assert.Equal(HttpStatusCode.BadRequest, await SaveAsync(dora, before));
        Assert.Equal(HttpStatusCode.SeeOther, await SaveAsync(dora, after));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".AAAA")]
    [InlineData(".not base64 ?")]
    [InlineData("CfDJ8anything")]
    public void What_was_not_masked_stays_as_it_is(string token) => Assert.Equal(token, FormTokens.Unmask(token));

    private static async Task<string> TokenAsync(Visitor visitor) =>
        (await visitor.GetAsync("/settings")).Text.Split("name=\"__RequestVerificationToken\" value=\"")[1].Split('"')[0];

    private static async Task<HttpStatusCode> SaveAsync(Visitor visitor, string token) =>
        (await visitor.PostAsync("/settings", (Antiforgery.Field, token), ("displayName", "Somebody"))).Status;
}
