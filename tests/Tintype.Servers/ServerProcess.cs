using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tintype.Servers;

/// <summary>
/// A real server for this run: in a temporary folder, on free loopback ports. It ends with this process however that ends: a shell
/// between the two waits for words on its standard input, and when that closes it stops the server and removes the folder.
/// </summary>
/// <remarks>
/// The script given defines the shell function <c>up</c>, which starts the server in the background, and may define <c>prepare</c>, run once
/// before. Both know <c>$root</c> (the folder), <c>$1, $2, ...</c> (the arguments), and <c>as USER COMMAND...</c>, which becomes that user
/// when root runs it (for servers that refuse to be root; in the background: <c>(as USER COMMAND) &amp;</c>).
/// </remarks>
public sealed class ServerProcess : IAsyncDisposable
{
    private const string Keeper =
        """
        root=$1; shift
        chmod 755 "$root" # Servers that refuse to be root must get in.
        as() {
          user=$1; shift
          if [ "$(id -u)" = 0 ]; then exec setpriv --reuid="$user" --regid="$user" --init-groups env HOME="$root" LC_ALL=C "$@"; else LC_ALL=C exec "$@"; fi
        }
        own() { [ "$(id -u)" != 0 ] || chown -R "$1" "$root"; }
        prepare() { :; }
        eval "$TINTYPE_SERVER"
        signal() { for pid in $(jobs -p); do kill -"$1" "$pid" 2>/dev/null; done; }
        # Processes that a server has started hear of what is to look like a fault of the machine.
        strike() { for pid in $(jobs -p); do kill -"$1" "$pid" $(ps -o pid= --ppid "$pid") 2>/dev/null; done; }
        # A thread that runs on another core stops a moment after it was told, and may answer until then.
        stopped() {
          for _ in $(seq 250); do
            still=
            for pid in $(jobs -p); do for one in "$pid" $(ps -o pid= --ppid "$pid"); do
              grep -qs '^State:[[:space:]]*[RSDI]' /proc/"$one"/task/*/status && still=yes
            done; done
            [ -z "$still" ] && return
            sleep 0.02
          done
        }
        # What runs in the background of a script may ignore SIGINT; to PostgreSQL it is the faster end.
        finish() { signal INT; sleep 0.1; signal TERM; }
        (prepare "$@") >"$root/log" 2>&1 || { cat "$root/log" >&2; rm -rf "$root"; exit 1; }
        up "$@" >>"$root/log" 2>&1
        while read -r word; do
          case $word in
            start) up "$@" >>"$root/log" 2>&1 ;;
            stop) finish; wait ;;
            kill) strike KILL; wait ;;
            pause) strike STOP; stopped ;;
            resume) strike CONT ;;
          esac
          echo "$word"
        done
        strike CONT; finish
        for _ in $(seq 50); do [ -z "$(jobs -pr)" ] && break; sleep 0.1; done
        signal KILL
        wait
        rm -rf "$root"
        """;

    private readonly Process keeper;
    private readonly SemaphoreSlim turn = new(1, 1);

    private ServerProcess(string name, Process keeper, string folder)
    {
        Name = name;
        this.keeper = keeper;
        Folder = folder;
    }

    public string Name { get; }

    /// <summary>The keeper's; the server's own processes are below.</summary>
    public int Id => keeper.Id;

    /// <summary>Everything of the server: its data, its <c>log</c>.</summary>
    public string Folder { get; }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="script">Defines <c>up</c>, perhaps <c>prepare</c>.</param>
    /// <param name="answers">Asked every 50 ms; throwing or false is "not yet".</param>
    /// <exception cref="InvalidOperationException">It ended at once, or did not answer within three minutes; its log is in the message.</exception>
    public static async Task<ServerProcess> StartAsync(string name, string script, Func<Task<bool>> answers, params string[] arguments)
    {
        var root = Directory.CreateTempSubdirectory($"tintype-{name}-").FullName;
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TINTYPE_SERVER"] = script;
        foreach (var argument in (string[])["-c", Keeper, "keeper", root, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }
        var server = new ServerProcess(name, Process.Start(start)!, root);
        await server.AnswersAsync(answers);
        return server;
    }

    /// <summary>Asks it to end (SIGINT, SIGTERM) and waits until it has; its data stays.</summary>
    public Task StopAsync() => SayAsync("stop");

    /// <summary>kill -9; its data stays.</summary>
    public Task KillAsync() => SayAsync("kill");

    /// <summary>SIGSTOP, until every thread has stopped: connections stay open and nothing answers.</summary>
    public Task PauseAsync() => SayAsync("pause");

    public Task ResumeAsync() => SayAsync("resume");

    /// <summary>Starts it anew on its data after <see cref="StopAsync"/> or <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync(Func<Task<bool>> answers)
    {
        await SayAsync("start");
        await AnswersAsync(answers);
    }

    /// <summary>For servers about which no more is to be asked than whether they take connections.</summary>
    public static Func<Task<bool>> Listens(int port) => async () =>
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        return true;
    };

    public async ValueTask DisposeAsync()
    {
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
        turn.Dispose();
    }

    private async Task SayAsync(string word)
    {
        await turn.WaitAsync();
        try
        {
            await keeper.StandardInput.WriteLineAsync(word);
            await keeper.StandardInput.FlushAsync();
            if (await keeper.StandardOutput.ReadLineAsync() != word)
            {
                throw new InvalidOperationException($"{Name} has ended: {await keeper.StandardError.ReadToEndAsync()}");
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task AnswersAsync(Func<Task<bool>> answers)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddMinutes(3);
        Exception? last = null;
        while (true)
        {
            try
            {
                if (await answers())
                {
                    return;
                }
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                last = error; // Not yet: told if it never comes.
            }
            if (keeper.HasExited)
            {
                throw new InvalidOperationException($"{Name} did not start: {await keeper.StandardError.ReadToEndAsync()}");
            }
            if (TimeProvider.System.GetUtcNow() > deadline)
            {
                throw new InvalidOperationException($"{Name} does not answer: {await File.ReadAllTextAsync(Path.Combine(Folder, "log"))}", last);
            }
            await Task.Delay(50);
        }
    }
}
