namespace Tintype.Http;

/// <summary>What a role stands on.</summary>
[Flags]
internal enum Needs
{
    Nothing = 0,
    Accounts = 1,
    Content = 2,
    Social = 4,
    Objects = 8,
    Databases = Accounts | Content | Social,
}
