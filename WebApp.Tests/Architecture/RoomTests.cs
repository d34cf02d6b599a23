using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Razor.TagHelpers;
using WebApp.Tests.Support;

namespace WebApp.Tests.Architecture;

/// <summary>
/// Who uses whom, held to the table of <c>docs/architecture.md</c>. C# must name what it uses of another room, by a using or by a qualified
/// name, constants included, which the compiled code no longer shows; and a using nobody needs fails the build. So the sources are read.
/// </summary>
public sealed partial class RoomTests
{
    private static readonly string Root = TestApp.ContentRoot;

    private static readonly Dictionary<string, string[]> Allowed = ReadTable();

    private static readonly string[] Rooms = [.. Directory.GetDirectories(Root).Select(Path.GetFileName).OfType<string>()
        .Where(name => Directory.EnumerateFiles(Path.Combine(Root, name), "*.cs", SearchOption.AllDirectories).Any() && name is not ("bin" or "obj"))];

    [Test]
    public void Every_room_stands_in_the_table() => Assert.That(Rooms, Is.SubsetOf(Allowed.Keys.Append("Hosting")));

    [TestCaseSource(nameof(Rooms))]
    public void A_room_uses_only_the_rooms_it_may(string room)
    {
        var used = Sources(room).SelectMany(source => Uses(source.Text).Select(other => (source.Path, Other: other))).ToArray();
        var allowed = Allowed.GetValueOrDefault(room, []);
        Assert.That(used.Where(use => use.Other != room && use.Other != "Hosting" && !allowed.Contains(use.Other) && !allowed.Contains("*")), Is.Empty);
    }

    [Test]
    public void The_sources_name_what_they_use()
    {
        // So that the test above is known to see something.
        Assert.That(Uses("using WebApp.Mail.Messages;\nusing static WebApp.SignIn.SignInResult;\nclass C { Data.User u; string s = \"Groups.X\"; } // Tokens.X"), Is.EquivalentTo(["Mail", "SignIn", "Data"]));
        Assert.That(Sources("SignIn").SelectMany(source => Uses(source.Text)).Distinct(), Has.Member("Passwords").And.Member("Sessions"));
    }

    [Test]
    public void The_areas_use_services_and_no_page_of_a_feature()
    {
        var pages = typeof(App).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("WebApp.Areas", StringComparison.Ordinal) == false)
            .Where(type => type.Name.EndsWith("Controller", StringComparison.Ordinal) || type.Name.EndsWith("Form", StringComparison.Ordinal) || type.Name.EndsWith("Page", StringComparison.Ordinal))
            .Select(type => type.Name).ToHashSet();
        var own = Directory.EnumerateFiles(Path.Combine(Root, "Areas"), "*.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        Assert.That(pages, Is.Not.Empty);
        Assert.That(Sources("Areas").SelectMany(source => Word().Matches(Code(source.Text)).Select(word => word.Value)).Where(word => pages.Contains(word) && !own.Contains(word)), Is.Empty);
    }

    [Test]
    public void There_is_no_MVC_among_the_tokens() => Assert.That(Sources("Tokens").Where(source => source.Text.Contains("AspNetCore.Mvc", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void No_type_of_ours_is_a_drawer()
    {
        var drawers = typeof(App).Assembly.GetTypes().Where(type => type.Namespace?.StartsWith("WebApp", StringComparison.Ordinal) == true && Drawer().IsMatch(type.Name));
        Assert.That(drawers.Where(type => !typeof(ITagHelper).IsAssignableFrom(type)), Is.Empty, "Razor's own word TagHelper aside.");
    }

    [Test]
    public void Every_source_lies_in_the_room_its_namespace_names()
    {
        foreach (var room in Rooms)
        {
            foreach (var (path, text) in Sources(room))
            {
                Assert.That(Namespace().Match(text).Groups[1].Value + ".", Does.StartWith($"WebApp.{room}."), path);
            }
        }
    }

    private static IEnumerable<(string Path, string Text)> Sources(string room) =>
        Directory.EnumerateFiles(Path.Combine(Root, room), "*.cs", SearchOption.AllDirectories).Select(path => (path, File.ReadAllText(path)));

    private static IEnumerable<string> Uses(string source) => RoomName().Matches(Code(source))
        .Select(match => match.Groups[1].Value).Where(name => Rooms.Contains(name) || Allowed.ContainsKey(name)).Distinct();

    // Without comments and strings.
    private static string Code(string source) => NoCode().Replace(source, match => match.Value[0] == '/' ? "" : "\"\"");

    private static Dictionary<string, string[]> ReadTable()
    {
        var text = File.ReadAllText(Path.Combine(Root, "..", "docs", "architecture.md"));
        var table = text[text.IndexOf("| from | may use |", StringComparison.Ordinal)..];
        return TableRow().Matches(table[..table.IndexOf("\n\n", StringComparison.Ordinal)])
            .SelectMany(row => row.Groups[1].Value.Split(", ").Select(room => (Room: room, Uses: row.Groups[2].Value)))
            .Where(row => row.Room is not ("from" or "Program"))
            .ToDictionary(row => row.Room, row => row.Uses switch
            {
                "nothing of the features" => [],
                var uses when uses.StartsWith("the services of any feature", StringComparison.Ordinal) => ["*"],
                var uses => uses.Split(", "),
            });
    }

    // A using, or a qualified name: a room, a dot and a type, not preceded by a dot of something else.
    [GeneratedRegex(@"(?:\bWebApp\.|(?<![\w.>)\]])(?=[A-Z]\w+\.[A-Z]))([A-Z]\w+)")]
    private static partial Regex RoomName();

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|""""""[\s\S]*?""""""|@?""(?:\\.|[^""\\\n])*""")]
    private static partial Regex NoCode();

    [GeneratedRegex(@"^\| ([\w, ]+) \| ([^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    // What is generated has a block for its namespace.
    [GeneratedRegex(@"^namespace ([\w.]+);?\r?$", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(Helper|Helpers|Util|Utils|Utilities|Common|Manager|Misc)$")]
    private static partial Regex Drawer();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
