using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Localization;
using Microsoft.Extensions.Localization;

namespace WebApp.Platform.Text;

/// <summary>
/// The texts of pages and mails in the current <see cref="Language"/>. The English text is the key; the other languages are the files <c>Texts/{language}/*.json</c>, one for each feature.
/// </summary>
/// <remarks>Static, because texts are also needed where nothing is injected: in the messages of results, in mails and in view models.</remarks>
public static class Texts
{
    private static readonly Dictionary<Language, Lazy<FrozenDictionary<string, string>>> Translations =
        Language.All.Where(language => language != Language.English).ToDictionary(language => language, language => new Lazy<FrozenDictionary<string, string>>(() => Load(language)));

    /// <summary>The text in the current language. A text without a translation stays English.</summary>
    public static string T(string english)
    {
        ArgumentNullException.ThrowIfNull(english);
        var language = Language.Current;
        return language == Language.English ? english
            : language == Language.Pseudo ? $"⟦{english}⟧"
            : Translations[language].Value.GetValueOrDefault(english, english);
    }

    /// <summary>The text with its placeholders (<c>{0}</c>) filled, numbers in the language's format.</summary>
    public static string T(string english, params ReadOnlySpan<object?> values) => string.Format(Language.Current.Culture, T(english), values);

    /// <summary>A text of a table, which is translated where it is read, by <see cref="T(string)"/>. Marks it for the test that looks for missing translations.</summary>
    public static string Marked(string english) => english;

    /// <summary>The first text if <paramref name="count"/> is 1, else the second. <c>{0}</c> is the number.</summary>
    public static string Plural(long count, string one, string many) => T(count == 1 ? one : many, count);

    /// <summary>A text with markup, such as a link in a sentence. What fills its placeholders is encoded, unless it is markup itself.</summary>
    public static IHtmlContent Markup(string english, params object[] values) => new LocalizedHtmlString(english, T(english), isResourceNotFound: false, values);

    /// <summary>The translations of a language, by the English text.</summary>
    public static FrozenDictionary<string, string> Load(Language language)
    {
        ArgumentNullException.ThrowIfNull(language);
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        var assembly = typeof(Texts).Assembly;
        foreach (var file in assembly.GetManifestResourceNames().Where(name => name.StartsWith($"{language.Code}/", StringComparison.Ordinal)))
        {
            using var content = assembly.GetManifestResourceStream(file)!;
            foreach (var (english, translation) in JsonSerializer.Deserialize<Dictionary<string, string>>(content)!)
            {
                all[english] = translation;
            }
        }

        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <summary>Gives MVC the labels of fields from <see cref="Texts"/>.</summary>
public sealed class TextLocalizer : IStringLocalizer
{
    /// <inheritdoc/>
    public LocalizedString this[string name] => new(name, Texts.T(name));

    /// <inheritdoc/>
    public LocalizedString this[string name, params object[] arguments] => new(name, Texts.T(name, arguments));

    /// <inheritdoc/>
    public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => throw new NotSupportedException();
}
