using System.Buffers;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Text;

namespace WebApp.Platform.Http;

/// <summary>
/// Text that a request may hold: no control characters but tab and line breaks, and no half of a surrogate pair. PostgreSQL keeps neither U+0000 nor half a
/// pair, terminals act on the rest, and no field needs one. What a field allows beyond that is its own rule.
/// </summary>
/// <remarks>
/// Path, query and headers are looked at here, forms of pages in <see cref="FormText"/>, JSON and forms of the API where the API reads its bodies.
/// <c>User-Agent</c> alone is not refused but cleaned where it is read (<see cref="ClientInfo"/>): people cannot change what their client calls itself.
/// </remarks>
public static class RequestText
{
    private static readonly SearchValues<char> Controls = SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(c => char.IsControl(c) && c is not ('\t' or '\r' or '\n'))]);

    /// <summary>Whether a text may be worked with.</summary>
    public static bool IsUsable(ReadOnlySpan<char> text)
    {
        // Nearly all text is printable ASCII, which this reads many characters at a time.
        var at = text.IndexOfAnyExceptInRange(' ', '~');
        return at < 0 || (!text[at..].ContainsAny(Controls) && IsWhole(text[at..]));
    }

    /// <summary>
    /// The status for a body that could not be read: too long, too slow, in broken chunks (for some of which Kestrel has a bare <see cref="IOException"/>), or
    /// with more fields than any form of ours.
    /// </summary>
    public static int StatusOf(Exception failure) => failure is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest;

    extension(IApplicationBuilder pipeline)
    {
        /// <summary>Answers 400 to a path, query or header that holds other text. Comes before all that works with them.</summary>
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

    private static bool IsWhole(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}

/// <summary>That a request was refused for its text, kept with it so that page and problem can say so.</summary>
/// <param name="Field">Which field, as a client knows it: a parameter, a member, a header.</param>
public sealed record RefusedText(string Field)
{
    /// <summary>What is wrong, for people.</summary>
    public const string Message = "It holds a control character or half of a surrogate pair.";

    /// <summary>Sets status and reason; page and problem are made where every bare status gets its own.</summary>
    public static void Refuse(HttpContext context, string field)
    {
        context.Features.Set(new RefusedText(field));
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
    }

    /// <summary>The first of some fields whose name or value is not usable; null where all are.</summary>
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

    /// <summary>A field's name as it may be shown.</summary>
    public static string Shown(string name) => OneLine.Clean(name, maxLength: 60) ?? "unnamed";
}
