using System.Diagnostics;

namespace Tintype.Servers;

/// <summary>Azurite: Azure's own emulator of its blob store, from npm, in the version that the lock file beside it names.</summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    // Published for every emulator; no secret.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    // It refuses versions of the protocol newer than itself; the calls we make have not changed.
    private const string Script =
        """
        program=$1 port=$2
        up() {
          node "$program" --silent --location "$root/data" --blobHost 127.0.0.1 --blobPort "$port" --skipApiVersionCheck --disableTelemetry &
        }
        """;

    private static readonly Lazy<Task<AzuriteServer>> Starting = new(StartAsync);

    private readonly int port;

    private AzuriteServer(ServerProcess process, int port)
    {
        Process = process;
        this.port = port;
    }

    /// <summary>The one server of this run, started when first asked for. Specs make containers of their own.</summary>
    public static Task<AzuriteServer> Shared => Starting.Value;

    public static bool IsStarted => Starting.IsValueCreated;

    public ServerProcess Process { get; }

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{port}/{Account};";

    public static async Task<AzuriteServer> StartAsync()
    {
        var folder = await InstalledAsync();
        var port = LoopbackPort.Take();
        var program = Path.Combine(folder, "node_modules", "azurite", "dist", "src", "blob", "main.js");
        return new(await ServerProcess.StartAsync("azurite", Script, ServerProcess.Listens(port), program, $"{port}"), port);
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    /// <summary>What npm installs stays for the next run, until the lock file changes.</summary>
    private static async Task<string> InstalledAsync()
    {
        var folder = FindFolder();
        var (wanted, there) = (Path.Combine(folder, "package-lock.json"), Path.Combine(folder, "node_modules", ".package-lock.json"));
        if (File.Exists(there) && File.GetLastWriteTimeUtc(there) >= File.GetLastWriteTimeUtc(wanted))
        {
            return folder;
        }
        using var npm = System.Diagnostics.Process.Start(new ProcessStartInfo("npm", ["ci", "--silent", "--no-audit", "--no-fund"])
        {
            WorkingDirectory = folder, RedirectStandardError = true,
        })!;
        var said = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        return npm.ExitCode == 0 ? folder : throw new InvalidOperationException($"npm ci in {folder} failed: {said}");
    }

    private static string FindFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Tintype.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("these specs run inside the repository");
        }
        return Path.Combine(folder.FullName, "tests", "Tintype.Servers", "azurite");
    }
}
