using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace WebApp.Platform.Text;

/// <summary>A language of pages and mails. What the API answers is always English.</summary>
/// <param name="code">The language tag (BCP 47), as in <c>lang</c> and <c>Accept-Language</c>.</param>
/// <param name="name">Its name in the language itself.</param>
public sealed class Language(string code, string name)
{
    /// <summary>The language in which the texts are written in the source; also the language where none is known.</summary>
    public static readonly Language English = new("en", "English");

    /// <summary>German.</summary>
    public static readonly Language German = new("de", "Deutsch");

    /// <summary>Marks every text that goes through <see cref="Texts"/>, so that one that does not is seen. Offered in Development only.</summary>
    public static readonly Language Pseudo = new("qps-ploc", "Pseudo");

    // No more of a header is read: a browser sends less.
    private const int MaxHeaderLength = 200;

    /// <summary>The languages that users can choose. For each but English there is a folder in <c>Texts</c>.</summary>
    public static IReadOnlyList<Language> All { get; } = [English, German];

    // Not the culture of the thread: a system without data of languages has only one.
    private static readonly AsyncLocal<Language?> Flowing = new(), FlowingOfMails = new();

    /// <summary>The language tag (BCP 47), as in <c>lang</c> and <c>Accept-Language</c>.</summary>
    public string Code { get; } = code;

    /// <summary>Its name in the language itself.</summary>
    public string Name { get; } = name;

    /// <summary>Its formats of dates and numbers; those of English where the system has no data of languages.</summary>
    public CultureInfo Culture { get; } = FindCulture(code);

    /// <summary>The language of the request or mail that is being written. Set within an async method, it is that of the method and of what it calls.</summary>
    public static Language Current
    {
        get => Flowing.Value ?? English;
        set => Flowing.Value = value;
    }

    /// <summary>
    /// The language of the mails that a call of the API causes, to users who have set none: the one that the client asks for. Null: that of <see cref="Current"/>. Set as <see cref="Current"/> is.
    /// </summary>
    public static Language? OfMails
    {
        get => FlowingOfMails.Value;
        set => FlowingOfMails.Value = value;
    }

    /// <summary>The language of who sends this request, as far as it says: an account that they make for themselves gets it.</summary>
    public static Language OfSender => OfMails ?? Current;

    /// <summary>The language with this tag, or null.</summary>
    public static Language? Find(string? code) => All.FirstOrDefault(language => language.Code == code);

    /// <summary>The first language of an <c>Accept-Language</c> header, by its quality values (RFC 9110 12.5.4), in which there are pages; null if there is none.</summary>
    /// <param name="header">The header's values.</param>
    /// <param name="pseudo">Whether the pseudo language may be asked for.</param>
    public static Language? Choose(StringValues header, bool pseudo = false)
    {
        if (header.ToString() is not { Length: <= MaxHeaderLength } text || !StringWithQualityHeaderValue.TryParseList([text], out var asked))
        {
            return null;
        }

        foreach (var value in asked.Where(value => value.Quality is not 0).OrderByDescending(value => value.Quality ?? 1))
        {
            var tag = value.Value.ToString();
            if (pseudo && string.Equals(tag, Pseudo.Code, StringComparison.OrdinalIgnoreCase))
            {
                return Pseudo;
            }

            var end = tag.IndexOf('-', StringComparison.Ordinal);
            if (Find((end < 0 ? tag : tag[..end]).ToLowerInvariant()) is { } language)
            {
                return language;
            }
        }

        return null;
    }

    /// <summary>The first language of a list of tags, in order of preference and separated by spaces (<c>ui_locales</c> of OpenID Connect), in which there are pages; null if there is none.</summary>
    public static Language? ChooseOf(string? tags) => tags is not { Length: <= MaxHeaderLength } ? null
        : tags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(tag => Find(tag.Split('-')[0].ToLowerInvariant())).FirstOrDefault(language => language is not null);

    /// <summary>Makes the language with this tag the current one until the result is disposed; if there is none, <see cref="OfSender"/>.</summary>
    public static Scope Use(string? code)
    {
        var before = Current;
        Current = Find(code) ?? OfSender;
        return new(before);
    }

    /// <summary>The language of a mail about what somebody else did, or nobody: the recipient's, and English where they have set none. Otherwise as <see cref="Use"/>.</summary>
    public static Scope UseForOther(string? code) => Use(code ?? English.Code);

    /// <summary>Its tag.</summary>
    public override string ToString() => Code;

    private static CultureInfo FindCulture(string code)
    {
        try
        {
            return CultureInfo.GetCultureInfo(code);
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.InvariantCulture;
        }
    }

    /// <summary>Restores the language that was current before.</summary>
    /// <param name="before">That language.</param>
    public readonly struct Scope(Language before) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => Current = before;
    }
}
