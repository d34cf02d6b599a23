namespace WebApp.Features.Audit.Search;

/// <summary>How events are written to a file.</summary>
public enum EventFormat
{
    /// <summary>RFC 4180, with a line of names first.</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    Ndjson,
}
