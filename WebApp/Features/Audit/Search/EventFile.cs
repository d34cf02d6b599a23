using Microsoft.AspNetCore.Mvc;

namespace WebApp.Features.Audit.Search;

/// <summary>Events as a file to keep, sent as they are read.</summary>
public sealed class EventFile(EventFilter filter, EventFormat format) : IActionResult
{
    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        http.Response.ContentType = EventExport.MediaType(format);
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"events-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.{EventExport.Word(format)}\"";
        await http.RequestServices.GetRequiredService<EventExport>().WriteAsync(http.Response.Body, filter, format, http.RequestAborted);
    }
}

/// <summary>How events are written to a file.</summary>
public enum EventFormat
{
    /// <summary>RFC 4180, with a line of names first.</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    Ndjson,
}
