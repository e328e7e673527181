namespace Tintype.Web.Views;

/// <summary>What happened, what is safe, and what to do; for browsers (the API answers JSON).</summary>
/// <param name="TraceId">To name in a report; null where there is nothing to trace (404).</param>
public sealed record ErrorView(int Status, string Title, string Text, string? TraceId);
