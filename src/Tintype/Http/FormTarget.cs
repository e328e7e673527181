namespace Tintype.Http;

/// <summary>On a request whose page has a form that ends at another site or app: its Content-Security-Policy lets the form go there.</summary>
internal sealed record FormTarget(string Source);
