using System.Diagnostics;
using Tintype.Specs.Architecture;
using Xunit;

namespace Tintype.Specs.Deploy;

/// <summary>deploy/systemd, read by systemd itself.</summary>
public sealed class SystemdSpecs
{
    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_units()
    {
        var folder = Directory.CreateTempSubdirectory("tintype-units-").FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(House.Root, "deploy/systemd")).Where(file => !file.EndsWith(".example", StringComparison.Ordinal)))
            {
                // It looks whether what is to be started is there; here it is not installed.
                var text = (await File.ReadAllTextAsync(file)).Replace("/usr/lib/tintype/Tintype", "/bin/true", StringComparison.Ordinal).Replace("/usr/lib/tintype/proxies/run", "/bin/true", StringComparison.Ordinal);
                await File.WriteAllTextAsync(Path.Combine(folder, Path.GetFileName(file)), text);
                await File.WriteAllTextAsync(Path.Combine(folder, Path.GetFileName(file).Replace("@.", "@feed.", StringComparison.Ordinal)), text);
            }
            using var verify = Process.Start(new ProcessStartInfo(
                "systemd-analyze", ["verify", "--man=no", .. Directory.EnumerateFiles(folder).Where(file => !file.Contains("@.", StringComparison.Ordinal))]) { RedirectStandardError = true })!;
            var said = await verify.StandardError.ReadToEndAsync();
            await verify.WaitForExitAsync();

            Assert.Equal("", said);
            Assert.Equal(0, verify.ExitCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
