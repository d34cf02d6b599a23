using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Text;

namespace WebApp.Features.Audit.Search;

/// <summary>Exports events, one row at a time, and records the export as an event.</summary>
public sealed class EventExport(EventSearch search, AuditTrail audit, IDbContextFactory<AppDbContext> contexts)
{
    // The size that a proxy or a disk accepts at once; more only needs more memory.
    private const int Chunk = 32 * 1024;

    private const string CsvHeader = "id,seq,at,kind,outcome,user_id,actor_id,session_id,ip,user_agent,detail\r\n";

    /// <summary>Records who exports what, before the first byte is sent.</summary>
    public async Task NoteAsync(EventFilter filter, EventFormat format, Guid userId, Guid? sessionId, ClientInfo client, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        audit.Add(db, SecurityEventKind.EventsExported, client, userId, sessionId, $"{Extension(format)} {filter}".TrimEnd());
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Writes the events, the oldest first.</summary>
    public async Task WriteAsync(Stream to, EventFilter filter, EventFormat format, CancellationToken cancel)
    {
        using var buffer = new MemoryStream(2 * Chunk);
        Write(buffer, format == EventFormat.Csv ? CsvHeader : "");
        await foreach (var e in search.StreamAsync(filter, cancel))
        {
            if (format == EventFormat.Csv)
            {
                Write(buffer, Csv(e));
            }
            else
            {
                WriteJson(buffer, e);
            }

            if (buffer.Length >= Chunk)
            {
                await FlushAsync(buffer, to, cancel);
            }
        }

        await FlushAsync(buffer, to, cancel);
    }

    /// <summary>The name of a format in addresses and file names.</summary>
    public static string Extension(EventFormat format) => format == EventFormat.Csv ? "csv" : "ndjson";

    /// <summary>Its media type.</summary>
    public static string MediaType(EventFormat format) => format == EventFormat.Csv ? "text/csv; charset=utf-8" : "application/x-ndjson";

    private static string Csv(SecurityEvent e) => CsvLine.Write(
        e.Id.ToString(), e.Seq?.ToString(CultureInfo.InvariantCulture), Time(e.At), e.Kind, EventOutcome.ForKind(e.Kind), e.UserId?.ToString(), e.ActorId?.ToString(), e.SessionId?.ToString(), e.Ip?.ToString(), e.UserAgent, e.Detail);

    private static void WriteJson(MemoryStream buffer, SecurityEvent e)
    {
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", e.Id);
            if (e.Seq is { } seq)
            {
                json.WriteNumber("seq", seq);
            }
            else
            {
                json.WriteNull("seq");
            }

            json.WriteString("at", Time(e.At));
            json.WriteString("kind", e.Kind);
            json.WriteString("outcome", EventOutcome.ForKind(e.Kind));
            json.WriteString("user_id", e.UserId?.ToString());
            json.WriteString("actor_id", e.ActorId?.ToString());
            json.WriteString("session_id", e.SessionId?.ToString());
            json.WriteString("ip", e.Ip?.ToString());
            json.WriteString("user_agent", e.UserAgent);
            json.WriteString("detail", e.Detail);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
    }

    private static void Write(MemoryStream buffer, string text) => buffer.Write(Encoding.UTF8.GetBytes(text));

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static async Task FlushAsync(MemoryStream buffer, Stream to, CancellationToken cancel)
    {
        await to.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancel);
        buffer.SetLength(0);
    }
}

/// <summary>A file of events that is sent while they are read.</summary>
public sealed class EventFile(EventFilter filter, EventFormat format) : IActionResult
{
    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        http.Response.ContentType = EventExport.MediaType(format);
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"events-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.{EventExport.Extension(format)}\"";
        await http.RequestServices.GetRequiredService<EventExport>().WriteAsync(http.Response.Body, filter, format, http.RequestAborted);
    }
}

/// <summary>The file formats for events.</summary>
public enum EventFormat
{
    /// <summary>RFC 4180, with a header line.</summary>
    Csv,

    /// <summary>One JSON object per line.</summary>
    Ndjson,
}
