using System.Buffers;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Text;

namespace WebApp.Platform.Http;

/// <summary>
/// The text that a request may have: valid Unicode (<see cref="UnicodeText"/>) without control characters except tab and line breaks. PostgreSQL stores no
/// U+0000, terminals interpret the other control characters, and no field needs them. Fields have their own additional rules.
/// </summary>
/// <remarks>
/// Path, query and headers are checked here, forms of pages in <see cref="FormText"/>, JSON and forms of the API where the API reads its bodies.
/// Only <c>User-Agent</c> is not refused but cleaned when it is read (<see cref="ClientInfo"/>): users cannot change it.
/// </remarks>
public static class RequestText
{
    private static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(c => char.IsControl(c) && c is not ('\t' or '\r' or '\n'))]);

    /// <summary>Whether a text is allowed.</summary>
    public static bool IsUsable(ReadOnlySpan<char> text)
    {
        // Nearly all text is printable ASCII, and this call is vectorized.
        var at = text.IndexOfAnyExceptInRange(' ', '~');
        return at < 0 || (!text[at..].ContainsAny(Controls) && UnicodeText.IsWellFormed(text[at..]));
    }

    /// <summary>
    /// The status for a body that could not be read: too long, too slow, in malformed chunks (for some Kestrel throws a plain <see cref="IOException"/>), or
    /// with too many fields.
    /// </summary>
    public static int StatusOf(Exception failure) => failure is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest;

    extension(IApplicationBuilder pipeline)
    {
        /// <summary>Answers 400 to a path, query or header with other text. Must come before all middleware that uses them.</summary>
        public void UseRequestText() => pipeline.Use((context, next) =>
        {
            if (FieldOf(context.Request) is { } field)
            {
                RefusedText.Refuse(context, field);
                return Task.CompletedTask;
            }

            return next(context);
        });
    }

    private static string? FieldOf(HttpRequest request)
    {
        if (!IsUsable(request.Path.Value))
        {
            return "path";
        }

        foreach (var (name, values) in request.Headers)
        {
            foreach (var value in values)
            {
                if (!IsUsable(value) && !name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase))
                {
                    return name;
                }
            }
        }

        return request.QueryString.HasValue ? RefusedText.FieldOf(request.Query) : null;
    }
}

/// <summary>A feature of a request that was refused for its text, read by the error page and the problem document.</summary>
/// <param name="Field">The client's name of the field: a parameter, a member, a header.</param>
public sealed record RefusedText(string Field)
{
    /// <summary>The error message for users.</summary>
    public static string Message => T("It has a control character or is not valid Unicode.");

    /// <summary>Sets status and reason. The page or problem is added like for every other status without a body.</summary>
    public static void Refuse(HttpContext context, string field)
    {
        context.Features.Set(new RefusedText(field));
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
    }

    /// <summary>The first field whose name or value is not allowed; null if all are.</summary>
    public static string? FieldOf(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> fields)
    {
        foreach (var (name, values) in fields)
        {
            if (!RequestText.IsUsable(name) || !values.All(value => RequestText.IsUsable(value)))
            {
                return Shown(name);
            }
        }

        return null;
    }

    /// <summary>A field's name, cleaned for display.</summary>
    public static string Shown(string name) => OneLine.Clean(name, maxLength: 60) ?? "unnamed";
}
