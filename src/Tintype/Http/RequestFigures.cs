using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Prometheus;

namespace Tintype.Http;

/// <summary>
/// How many requests of which route there were, what they were answered and how long it took. The host has such a figure too; listened to, it costs each
/// request the matching of seven tags, and each connection 208 bytes for as long as it lives.
/// </summary>
internal sealed class RequestFigures(RequestDelegate next)
{
    private static readonly Histogram Seconds = Metrics.CreateHistogram(
        "tintype_request_seconds", "From a request's head until its answer was handed to the connection.", ["route", "method", "status"],
        new HistogramConfiguration { Buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    private readonly ConcurrentDictionary<(Endpoint? Endpoint, string Method, int Status), Histogram.Child> figures = new();

    public Task InvokeAsync(HttpContext context)
    {
        var began = Stopwatch.GetTimestamp();
        var answered = next(context);
        if (!answered.IsCompletedSuccessfully)
        {
            return NoteAfterAsync(answered, context, began);
        }
        Note(context, began);
        return answered;
    }

    private async Task NoteAfterAsync(Task answered, HttpContext context, long began)
    {
        try
        {
            await answered;
        }
        finally
        {
            Note(context, began);
        }
    }

    private void Note(HttpContext context, long began) =>
        figures.GetOrAdd((context.GetEndpoint(), Method(context.Request.Method), context.Response.StatusCode), Named).Observe(Stopwatch.GetElapsedTime(began).TotalSeconds);

    private static Histogram.Child Named((Endpoint? Endpoint, string Method, int Status) of) =>
        Seconds.WithLabels((of.Endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "", of.Method, of.Status.ToString(CultureInfo.InvariantCulture));

    /// <summary>Methods are words of the client's: those that no route has are one.</summary>
    private static string Method(string said) =>
        HttpMethods.IsGet(said) || HttpMethods.IsPost(said) || HttpMethods.IsHead(said) || HttpMethods.IsPut(said) || HttpMethods.IsPatch(said) || HttpMethods.IsDelete(said) || HttpMethods.IsOptions(said)
            ? HttpMethods.GetCanonicalizedValue(said) : "other";
}
