using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Tintype.Storage.Objects;

/// <summary>
/// Makes files and folders survive a power cut. On POSIX a renamed file is only safe once the file itself and then the folder that
/// names it are flushed, and so is a new folder in its parent; .NET flushes files but cannot open folders, hence the two calls of
/// libc. Windows flushes a volume's metadata with the file.
/// </summary>
internal static class DurableFiles
{
    /// <summary>Moves a file to its final name, replacing what is there; durable when it returns.</summary>
    public static void Move(string from, string to)
    {
        using (var file = File.OpenHandle(from, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(file);
        }
        var folder = Path.GetDirectoryName(to)!;
        while (!TryMove(from, to, folder))
        {
        }
        FlushFolder(folder);
    }

    /// <summary>False when a sweep removed the empty folder between its making and the move.</summary>
    private static bool TryMove(string from, string to, string folder)
    {
        CreateFolder(folder);
        try
        {
            File.Move(from, to, overwrite: true);
            return true;
        }
        catch (DirectoryNotFoundException) when (File.Exists(from))
        {
            return false;
        }
    }

    private static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }
        var parent = Path.GetDirectoryName(folder)!;
        CreateFolder(parent);
        Directory.CreateDirectory(folder);
        FlushFolder(parent);
    }

    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), 0);
        if (descriptor < 0)
        {
            throw new IOException($"Cannot open the folder {folder} to flush it.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
        var flushed = Flush(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (flushed != 0)
        {
            throw new IOException($"Cannot flush the folder {folder}.", new Win32Exception(error));
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Flush(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
