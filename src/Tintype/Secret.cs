using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tintype;

/// <summary>A setting that is never printed: its text is asterisks, and so is its JSON.</summary>
[TypeConverter(typeof(FromText))]
[JsonConverter(typeof(ToAsterisks))]
internal readonly record struct Secret(string? Text)
{
    public string Value => Text ?? "";

    public bool IsEmpty => Value.Length == 0;

    public override string ToString() => IsEmpty ? "" : "***";

    /// <summary>What binds configuration.</summary>
    private sealed class FromText : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

        public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => new Secret((string)value);
    }

    private sealed class ToAsterisks : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString());

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
