namespace Tintype.Demo.Population;

/// <summary>Names for as many made-up people as are asked for, each once.</summary>
internal static class Names
{
    private static readonly string[] First =
    [
        "Ada", "Aiko", "Alba", "Amir", "Ana", "Anton", "Aya", "Bela", "Bruno", "Carla", "Chidi", "Clara", "Dana", "David", "Elif", "Emil", "Esra", "Fatou", "Felix",
        "Gita", "Goran", "Hana", "Hugo", "Ida", "Imani", "Ivan", "Jade", "Jan", "Jun", "Kofi", "Lara", "Leo", "Lina", "Luis", "Maja", "Malik", "Mara", "Mia", "Milo",
        "Nina", "Noor", "Olga", "Omar", "Paula", "Petra", "Rami", "Rosa", "Sami", "Sara", "Selma", "Tala", "Tariq", "Uma", "Vera", "Wren", "Yara", "Yusuf", "Zoe",
    ];

    private static readonly string[] Last =
    [
        "Abebe", "Alves", "Aoki", "Bauer", "Berg", "Bianchi", "Boateng", "Costa", "Cruz", "Dahl", "Demir", "Diallo", "Dubois", "Eriksen", "Fischer", "Flores", "Fujita",
        "Garcia", "Gruber", "Haddad", "Hansen", "Horvat", "Ito", "Jansen", "Juarez", "Kaur", "Keller", "Khan", "Kim", "Kovac", "Kumar", "Laine", "Lopez", "Mensah",
        "Moreau", "Mori", "Nagy", "Ndiaye", "Novak", "Okoye", "Ortiz", "Park", "Peeters", "Petrov", "Quispe", "Rahman", "Rossi", "Sato", "Schmid", "Silva", "Singh",
        "Svensson", "Tanaka", "Torres", "Usman", "Vargas", "Virtanen", "Weber", "Yilmaz", "Zhang", "Zimmer",
    ];

    /// <summary>Neighbouring numbers get quite different names.</summary>
    public static (string Username, string DisplayName) Of(int number)
    {
        var (first, last) = (First[number % First.Length], Last[((number / First.Length) + (number * 7)) % Last.Length]);
        var round = number / (First.Length * Last.Length);
        return ($"{first}.{last}{(round == 0 ? "" : round + 1)}".ToLowerInvariant(), $"{first} {last}");
    }
}
