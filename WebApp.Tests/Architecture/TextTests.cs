using System.Text.Json;
using System.Text.RegularExpressions;
using WebApp.Platform.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Architecture;

/// <summary>Every text of pages and mails has its translation, and no translation is left over.</summary>
public sealed partial class TextTests
{
    private static readonly string[] Sources =
    [
        .. new[] { "*.cs", "*.cshtml" }.SelectMany(kind => Directory.EnumerateFiles(TestApp.ContentRoot, kind, SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)),
    ];

    private static readonly HashSet<string> Keys = [.. Sources.SelectMany(file => KeysIn(File.ReadAllText(file)))];

    private static IEnumerable<Language> Translated => Language.All.Where(language => language != Language.English);

    [Test]
    public void Keys_are_found_in_the_source()
    {
        Assert.That(Keys, Has.Count.GreaterThan(1000));
        Assert.That(KeysIn("""@T("A \"b\"") Plural(n, "1 c", "{0} c") @Markup("<a href=\"/\">d</a> {0}", x) [Display(Name = "E")] Marked("f")"""), Is.EquivalentTo(["A \"b\"", "1 c", "{0} c", "<a href=\"/\">d</a> {0}", "E", "f"]));
    }

    [TestCaseSource(nameof(Translated))]
    public void Every_text_has_a_translation_and_no_translation_is_left_over(Language language)
    {
        var translations = Texts.Load(language);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Keys.Except(translations.Keys), Is.Empty, "missing");
            Assert.That(translations.Keys.Except(Keys), Is.Empty, "left over");
            Assert.That(translations.Where(text => string.IsNullOrWhiteSpace(text.Value)).Select(text => text.Key), Is.Empty, "empty");
        }
    }

    [TestCaseSource(nameof(Translated))]
    public void A_translation_has_the_placeholders_and_the_tags_of_its_text(Language language) => Assert.That(
        Texts.Load(language).Where(text => !Parts(text.Key).SequenceEqual(Parts(text.Value))).Select(text => $"{text.Key} | {text.Value}"), Is.Empty);

    [TestCaseSource(nameof(Translated))]
    public void A_text_is_translated_in_one_file_of_its_feature(Language language)
    {
        var files = Directory.GetFiles(Path.Combine(TestApp.ContentRoot, "Texts", language.Code), "*.json");
        var all = files.SelectMany(file =>
        {
            using var texts = JsonDocument.Parse(File.ReadAllText(file));
            return texts.RootElement.EnumerateObject().Select(text => text.Name).ToArray();
        }).ToArray();
        Assert.That(all.GroupBy(key => key).Where(same => same.Count() > 1).Select(same => same.Key), Is.Empty);
    }

    // The placeholders and tags of a text, in alphabetical order: a sentence may need them in another order.
    private static IEnumerable<string> Parts(string text) => Part().Matches(text).Select(part => part.Value).Order(StringComparer.Ordinal);

    private static IEnumerable<string> KeysIn(string source) =>
        Call().Matches(source).Select(call => call.Groups["key"].Value)
            .Concat(Choice().Matches(source).SelectMany(call => new[] { call.Groups["one"].Value, call.Groups["many"].Value }))
            .Select(literal => Regex.Unescape(literal));

    [GeneratedRegex("""\{\d[^}]*\}|<[^>]+>""")]
    private static partial Regex Part();

    [GeneratedRegex(""""(?<![\w.])(?:T|Markup|Marked)\(\s*"(?<key>(?:[^"\\]|\\.)*)"|Display\(Name = "(?<key>(?:[^"\\]|\\.)*)"|ErrorMessage = "(?<key>(?:[^"\\]|\\.)*)"""")]
    private static partial Regex Call();

    [GeneratedRegex(""""(?<![\w.])Plural\([^"]*"(?<one>(?:[^"\\]|\\.)*)",\s*"(?<many>(?:[^"\\]|\\.)*)"""")]
    private static partial Regex Choice();
}
