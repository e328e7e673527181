using System.Net;
using System.Text;
using Tintype.Specs.Upload.Pictures;
using Xunit;

namespace Tintype.Specs.Accounts;

public sealed class AvatarSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task A_picture_sent_by_an_app_becomes_the_persons_face()
    {
        var alice = await world.Alice;

        Assert.Equal(HttpStatusCode.OK, await SendAsync(alice, Samples.Jpeg()));

        var avatar = new Uri((await alice.GetAsync("/api/v1/accounts/verify_credentials")).GetProperty("avatar").GetString()!).AbsolutePath;
        await World.Until(async () =>
        {
            using var picture = await world.Stranger.GetAsync(avatar);
            return picture.Content.Headers.ContentType?.MediaType == "image/webp";
        }, "the avatar is rendered");
    }

    [Fact]
    public async Task A_large_picture_is_taken_in_the_settings_form_too()
    {
        using var person = await Visitor.JoinedAsync(world, "well.lit");
        var large = Samples.Jpeg(3000, 2000).Concat(new byte[2 << 20]).ToArray(); // More than a form may hold otherwise.

        var answer = await person.SendFileAsync("/settings", "/settings", "avatar", large, ("displayName", "Lit"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        Assert.Contains("/avatars/", (await person.GetAsync("/settings")).Text);
        Assert.DoesNotContain("/avatars/letter/well.lit.svg\" width=\"96\"", (await person.GetAsync("/settings")).Text);
    }

    [Fact]
    public async Task What_is_no_picture_is_refused_and_nothing_of_the_form_is_saved()
    {
        var bob = await world.Bob;

        Assert.Equal(HttpStatusCode.UnprocessableEntity, await SendAsync(bob, Encoding.ASCII.GetBytes("<svg onload=alert(1)>      ")));

        Assert.Equal("Bob", (await bob.GetAsync("/api/v1/accounts/verify_credentials")).GetProperty("display_name").GetString());
    }

    [Fact]
    public async Task What_only_looked_like_a_picture_is_taken_off_again()
    {
        var carol = await world.Carol;
        var avatar = (await carol.GetAsync("/api/v1/accounts/verify_credentials")).GetProperty("avatar").GetString();

        Assert.Equal(HttpStatusCode.OK, await SendAsync(carol, [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[500]]));

        await World.Until(async () => (await carol.GetAsync("/api/v1/accounts/verify_credentials")).GetProperty("avatar").GetString() == avatar, "the initial is back");
    }

    private static async Task<HttpStatusCode> SendAsync(PersonInWorld person, byte[] picture)
    {
        using var form = new MultipartFormDataContent { { new StringContent("Changed"), "display_name" }, { new ByteArrayContent(picture), "avatar", "me.jpg" } };
        using var answer = await person.Http.PatchAsync("/api/v1/accounts/update_credentials", form);
        return answer.StatusCode;
    }
}
