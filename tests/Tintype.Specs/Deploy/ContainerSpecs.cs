using System.Diagnostics;
using Tintype.Servers;
using Tintype.Specs.Architecture;
using Xunit;

namespace Tintype.Specs.Deploy;

/// <summary>The container image, made by the SDK and run by podman.</summary>
public sealed class ContainerSpecs
{
    [Fact]
    public async Task The_image_runs_without_rights_on_a_read_only_root_and_shows_a_photo_it_made()
    {
        var folder = Directory.CreateTempSubdirectory("tintype-image-").FullName;
        try
        {
            var archive = Path.Combine(folder, "tintype.tar.gz");

            await RunAsync("build", archive, ("BASE", "debian"), ("REGISTRY_PORT", $"{LoopbackPort.Take()}"));
            var said = await RunAsync("try", archive, ("PORT", $"{LoopbackPort.Take()}"));

            Assert.Matches(@"ready and shows /media/\S+ \(\d+ bytes\), as app", said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string script, string archive, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(House.Root, "deploy/container", script), [archive]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
        using var run = Process.Start(start)!;
        var (said, complained) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, $"deploy/container/{script}: {await said}{await complained}");
        return await said;
    }
}
