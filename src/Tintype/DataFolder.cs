namespace Tintype;

/// <summary>
/// Who may use the embedded databases of a data folder: many processes together, or one alone while an instance moves. A lock of the
/// operating system, so it ends with its process, however that ends.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string InUseFile = ".in-use";
    private const string MovingFile = ".moving";
    private const string GrownFile = "grown";

    private readonly FileStream held;

    private DataFolder(FileStream held) => this.held = held;

    /// <summary>For a server or a command that reads and writes the embedded databases.</summary>
    /// <exception cref="SettingsException">The instance has moved away, or is just now moving.</exception>
    public static DataFolder Share(string folder)
    {
        var mark = Path.Combine(folder, GrownFile);
        if (File.Exists(mark))
        {
            throw new SettingsException(
                $"the databases in {Path.GetFullPath(folder)} are closed: {File.ReadAllText(mark)} Set Tintype__Storage__... to where the instance is, or bring it home with 'tintype grow --back'.");
        }
        return Take(folder, InUseFile, FileAccess.Read, FileShare.Read, "'tintype grow' is moving this instance. Start again when it is through");
    }

    /// <summary>For what must not be disturbed.</summary>
    /// <exception cref="SettingsException">Somebody uses the databases.</exception>
    public static DataFolder Own(string folder) =>
        Take(folder, InUseFile, FileAccess.ReadWrite, FileShare.None, "a server or a command is still using it. Stop it first");

    /// <summary>For whoever moves the instance, perhaps while others use it.</summary>
    /// <exception cref="SettingsException">Somebody moves it already.</exception>
    public static DataFolder Moving(string folder) =>
        Take(folder, MovingFile, FileAccess.ReadWrite, FileShare.None, "another 'tintype grow' is at work on it");

    /// <summary>From here on nobody can start on the embedded databases: their rows are elsewhere.</summary>
    public static void MarkGrown(string folder, string where) => File.WriteAllText(Path.Combine(folder, GrownFile), where);

    public static bool IsGrown(string folder) => File.Exists(Path.Combine(folder, GrownFile));

    public static void UnmarkGrown(string folder) => File.Delete(Path.Combine(folder, GrownFile));

    public void Dispose() => held.Dispose();

    private static DataFolder Take(string folder, string file, FileAccess access, FileShare share, string inUse)
    {
        var path = Path.Combine(folder, file);
        using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite))
        {
        }
        try
        {
            return new DataFolder(new FileStream(path, FileMode.Open, access, share));
        }
        catch (IOException)
        {
            throw new SettingsException($"the data folder {Path.GetFullPath(folder)} cannot be taken: {inUse}.");
        }
    }
}
