using System.Text.Json;
using Tintype.Storage.Objects;

namespace Tintype.Commands.Growing;

/// <summary>How far a move has come, in the data folder: written after each step that is durable where it goes, so killed is only paused.</summary>
/// <param name="folder">The data folder.</param>
internal sealed class GrowthState(string folder)
{
    private sealed record Saved
    {
        public string Way { get; set; } = "";
        public Dictionary<string, JsonElement> Behind { get; set; } = [];
        public HashSet<string> Done { get; set; } = [];
    }

    private readonly string file = Path.Combine(folder, "grow.json");
    private readonly string objectsFile = Path.Combine(folder, "grow.objects");
    private Saved saved = new();

    /// <summary>From where to where; empty when nothing has begun.</summary>
    public string Way => saved.Way;

    public static GrowthState Read(string folder)
    {
        var state = new GrowthState(folder);
        if (File.Exists(state.file))
        {
            state.saved = JsonSerializer.Deserialize<Saved>(File.ReadAllText(state.file))!;
        }
        return state;
    }

    public void Begin(string way)
    {
        saved = new() { Way = way };
        File.Delete(objectsFile);
        Save();
    }

    public void Forget()
    {
        File.Delete(objectsFile);
        File.Delete(file);
        saved = new();
    }

    public bool IsDone(string part) => saved.Done.Contains(part);

    /// <summary>The key of the last row that was carried; null before the first.</summary>
    public IReadOnlyDictionary<string, object>? Behind(string part) => saved.Behind.TryGetValue(part, out var key)
        ? key.EnumerateObject().ToDictionary(column => column.Name, column => column.Value.ValueKind == JsonValueKind.Number ? (object)column.Value.GetInt64() : column.Value.GetString()!)
        : null;

    public void Note(string part, IReadOnlyDictionary<string, object> key)
    {
        saved.Behind[part] = JsonSerializer.SerializeToElement(key);
        Save();
    }

    public void NoteDone(string part)
    {
        saved.Done.Add(part);
        saved.Behind.Remove(part);
        Save();
    }

    /// <summary>Objects that were carried and read back equal, with the entity tag they had at the source. A last line that a kill cut off is none.</summary>
    public Dictionary<string, string> Objects() => !File.Exists(objectsFile) ? [] : File.ReadLines(objectsFile)
        .Select(line => line.Split(' ')).Where(parts => parts is [_, _, "."])
        .GroupBy(parts => parts[0]).ToDictionary(group => group.Key, group => group.Last()[1]);

    /// <summary>Appends to the list of objects; lines of killed processes stay as they are.</summary>
    public StreamWriter NoteObjects()
    {
        var writer = new StreamWriter(objectsFile, append: true) { AutoFlush = true };
        writer.WriteLine();
        return writer;
    }

    public static string LineOf(ObjectInfo info) => $"{info.Key} {info.ETag} .";

    private void Save()
    {
        var next = file + ".next";
        File.WriteAllText(next, JsonSerializer.Serialize(saved));
        DurableFiles.Move(next, file);
    }
}
