using Xunit;

namespace Tintype.Specs.Clients;

public sealed class MastoSpecs(World world) : IClassFixture<World>
{
    [Fact]
    public async Task An_app_built_on_masto_works_unmodified()
    {
        await ClientProcess.RunAsync("npm", ["ci", "--silent", "--no-audit", "--no-fund"], new Dictionary<string, string>(), ClientProcess.Folder());
        var app = await SignedUpPerson.RegisterAppAsync(world);
        var author = new SignedUpPerson(world, "mastoalice");
        var (alice, bob) = (await author.SignUpAsync(app), await new SignedUpPerson(world, "mastobob").SignUpAsync(app));
        const string verifier = "a-verifier-of-forty-three-characters-or-more-0123";
        using var photo = new TemporaryPhoto();

        var printed = await ClientProcess.RunAsync("node", ["masto.mjs"], new Dictionary<string, string>
        {
            ["BASE"] = world.Url, ["ALICE"] = alice, ["BOB"] = bob, ["PHOTO"] = photo.Path,
            ["CLIENT_ID"] = app.ClientId, ["CLIENT_SECRET"] = app.ClientSecret, ["CODE"] = await author.AuthorizeAsync(app, verifier), ["VERIFIER"] = verifier,
        }, ClientProcess.Folder());

        Assert.Contains("ok 15 - ", printed, StringComparison.Ordinal);
    }
}
