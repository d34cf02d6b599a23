using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Razor.TagHelpers;
using WebApp.Tests.Support;

namespace WebApp.Tests.Architecture;

/// <summary>
/// Who uses whom, held to the table of <c>docs/architecture.md</c>; and documents, held to the paths, types and headings that there are. C# must name what it uses of another room, by a using or by a qualified
/// name, constants included, which the compiled code no longer shows; and a using nobody needs fails the build. So the sources are read, and the views.
/// </summary>
public sealed partial class RoomTests
{
    private static readonly string Root = TestApp.ContentRoot;
    private static readonly string Repository = Path.GetFullPath(Path.Combine(Root, ".."));

    // A room's name and its folder below the application: what the product does, what it stands on, how it is operated; and the areas.
    private static readonly Dictionary<string, string> Folders = new[] { "Features", "Platform", "Operations" }
        .SelectMany(group => Directory.GetDirectories(Path.Combine(Root, group)).Select(room => Path.GetRelativePath(Root, room)))
        .Append("Areas").Append("Views")
        .ToDictionary(folder => Path.GetFileName(folder)!);

    private const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    private static readonly Dictionary<string, string[]> Allowed = ReadTable();

    // Every document, its path below the repository.
    private static readonly string[] Documents =
    [
        .. new[] { ".", "docs", "requests", "WebApp/Features", "WebApp/Platform", "WebApp/Operations", "WebApp/Areas" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Repository, folder), "*.md", folder == "." ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository, path)),
    ];

    // Names of .NET and its libraries that documents mention, and of headers, attributes and configuration sections.
    private static readonly HashSet<string> OutsideNames =
    [
        "AddJwtBearer", "AuthenticationHandler", "CookieAuthentication", "ITicketStore", "JwtBearer", "JwtBearerHandler", "OnTokenValidated", "TokenHandler", "PartitionedRateLimiter", "ConfigureAwait",
        "DbContext", "Migration", "AllowedHosts", "Authorization", "Bearer", "Host", "HttpOnly", "Information", "Process", "SameSite", "Secure", "Timeout", "WebApp",
    ];

    private static readonly ILookup<string, Type> Types = typeof(App).Assembly.GetTypes().Concat(typeof(RoomTests).Assembly.GetTypes()).ToLookup(type => type.Name.Split('`')[0]);

    private static IEnumerable<string> Rooms => Folders.Keys;

    private static IEnumerable<string> PlatformRooms => Folders.Where(room => room.Value.StartsWith("Platform", StringComparison.Ordinal)).Select(room => room.Key);

    [Test]
    public void Every_room_stands_in_the_table() => Assert.That(Rooms, Is.SubsetOf(Allowed.Keys));

    [Test]
    public void There_are_no_sources_beside_the_rooms() => Assert.That(
        Directory.EnumerateFiles(Root, "*.cs", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Root, path))
            .Where(path => path.Split(Path.DirectorySeparatorChar) is not ["bin" or "obj" or "CompiledModel", ..]) // CompiledModel is generated.
            .Where(path => !Folders.Values.Any(folder => path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))),
        Is.EquivalentTo(["App.cs", "Program.cs"]));

    [TestCaseSource(nameof(Rooms))]
    public void A_room_uses_only_the_rooms_it_may(string room)
    {
        var used = Sources(room).SelectMany(source => Uses(source.Text).Select(other => (source.Path, Other: other))).ToArray();
        Assert.That(used.Where(use => use.Other != room && !Allowed[room].Contains(use.Other)), Is.Empty);
    }

    [Test]
    public void The_platform_uses_no_feature() => Assert.That(PlatformRooms.SelectMany(room => Allowed[room]).Except(PlatformRooms), Is.Empty);

    [Test]
    public void No_two_rooms_use_each_other() =>
        Assert.That(Rooms.SelectMany(room => Allowed[room].Where(other => other != room && Allowed[other].Contains(room)).Select(other => $"{room} and {other}")), Is.Empty);

    [Test]
    public void The_sources_name_what_they_use()
    {
        // So that the test above is known to see something.
        Assert.That(Uses("using WebApp.Platform.Mail.Messages;\nusing static WebApp.Features.SignIn.SignInResult;\nclass C { Platform.Data.User u; string s = \"WebApp.Features.Groups.X\"; } // WebApp.Features.Tokens.X"), Is.EquivalentTo(["Mail", "SignIn", "Data"]));
        Assert.That(Sources("SignIn").SelectMany(source => Uses(source.Text)).Distinct(), Has.Member("Passwords").And.Member("Sessions"));
    }

    [Test]
    public void The_areas_use_services_and_no_page_of_a_feature()
    {
        var pages = typeof(App).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("WebApp.Areas", StringComparison.Ordinal) == false)
            .Where(type => type.Name.EndsWith("Controller", StringComparison.Ordinal) || type.Name.EndsWith("Form", StringComparison.Ordinal) || type.Name.EndsWith("Page", StringComparison.Ordinal))
            .Select(type => type.Name).ToHashSet();
        var own = typeof(App).Assembly.GetTypes().Where(type => type.Namespace?.StartsWith("WebApp.Areas", StringComparison.Ordinal) == true).Select(type => type.Name).ToHashSet();
        Assert.That(pages, Is.Not.Empty);
        Assert.That(Sources("Areas").Where(source => source.Path.EndsWith(".cs", StringComparison.Ordinal)).SelectMany(source => Word().Matches(Code(source.Text)).Select(word => word.Value)).Where(word => pages.Contains(word) && !own.Contains(word)), Is.Empty);
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
    public void The_index_of_rules_names_places()
    {
        var text = File.ReadAllText(Path.Combine(Repository, "docs", "architecture.md"));
        var index = text[text.IndexOf("## Where do I find", StringComparison.Ordinal)..text.IndexOf("## Who may use whom", StringComparison.Ordinal)];
        Assert.That(Place().Matches(index), Has.Count.GreaterThanOrEqualTo(20));
    }

    [TestCaseSource(nameof(Documents))]
    public void Every_path_that_a_document_names_exists(string document) => Assert.That(
        Quoted(document).Where(quoted => (Place().IsMatch(quoted) || Folder().IsMatch(quoted)) && !Exists(quoted)), Is.Empty);

    [TestCaseSource(nameof(Documents))]
    public void Every_link_to_another_document_leads_to_a_heading_or_file(string document)
    {
        foreach (var link in Link().Matches(Prose(document)).Select(link => link.Groups))
        {
            var target = link[1].Length == 0 ? document : Path.GetRelativePath(Repository, Path.Combine(Repository, Path.GetDirectoryName(document)!, link[1].Value));
            Assert.That(Path.Exists(Path.Combine(Repository, target)), $"{document} links to {link[1].Value}");
            Assert.That(link[2].Length == 0 || Headings(target).Contains(link[2].Value), $"{document} links to {target}#{link[2].Value}");
        }
    }

    // The changelog is left out: what it says of an earlier version stays as it was.
    [TestCaseSource(nameof(Documents))]
    public void Every_type_that_a_document_names_exists(string document) => Assert.That(
        document == "CHANGELOG.md" ? [] : Quoted(document).Where(quoted => TypeName().Match(quoted) is { Success: true } name && !IsName(name.Groups[1].Value, name.Groups[2].Value)), Is.Empty);

    // The database has the full name of one type, and so has the release before.
    [Test]
    public void The_key_ring_names_a_type_that_stays() =>
        Assert.That(typeof(WebApp.Data.KeyRing.MasterKeyDecryptor).AssemblyQualifiedName, Does.StartWith("WebApp.Data.KeyRing.MasterKeyDecryptor, WebApp,"));

    [Test]
    public void Every_source_lies_in_the_room_its_namespace_names()
    {
        foreach (var room in Rooms)
        {
            foreach (var (path, text) in Sources(room).Where(source => !source.Path.EndsWith("MasterKeyDecryptor.cs", StringComparison.Ordinal)))
            {
                Assert.That(Namespace().Match(text) is not { Success: true } found || $"{found.Groups[1].Value}." == $"WebApp.{Path.GetRelativePath(Root, Path.GetDirectoryName(path)!).Replace(Path.DirectorySeparatorChar, '.')}.", path);
            }
        }
    }

    // A document without its blocks of code.
    private static string Prose(string document) => Block().Replace(File.ReadAllText(Path.Combine(Repository, document)), "");

    private static IEnumerable<string> Quoted(string document) => Quote().Matches(Prose(document)).Select(quote => quote.Groups[1].Value).Distinct();

    private static bool Exists(string place) => Folder().IsMatch(place)
        ? Directory.EnumerateDirectories(Root, place.TrimEnd('/'), SearchOption.AllDirectories).Any()
        : new[] { Root, Repository }.Select(folder => Path.Combine(folder, place)).Any(path => Path.Exists(path) || File.Exists($"{path}.cs"));

    // As GitHub makes anchors of headings.
    private static IEnumerable<string> Headings(string document) => Heading().Matches(Prose(document))
        .Select(heading => NoAnchor().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    // A type, with a member of it or without; a value of an enum that is a setting; a room.
    private static bool IsName(string name, string member) =>
        OutsideNames.Contains(name) || Folders.ContainsKey(name)
        || Types[name].Concat(Types[$"{name}Attribute"]).Any(type => member.Length == 0 || type.GetMember(member, Everything).Length > 0)
        || (member.Length == 0 && Types.SelectMany(types => types).Any(type => type.IsEnum && Enum.GetNames(type).Contains(name)));

    private static IEnumerable<(string Path, string Text)> Sources(string room) =>
        Directory.EnumerateFiles(Path.Combine(Root, Folders[room]), "*.cs*", SearchOption.AllDirectories).Select(path => (path, File.ReadAllText(path)));

    private static IEnumerable<string> Uses(string source) => RoomName().Matches(Code(source))
        .Select(match => match.Groups[1].Value).Where(Folders.ContainsKey).Distinct();

    // Without comments and strings.
    private static string Code(string source) => NoCode().Replace(source, match => match.Value[0] == '/' ? "" : "\"\"");

    private static Dictionary<string, string[]> ReadTable()
    {
        var text = File.ReadAllText(Path.Combine(Repository, "docs", "architecture.md"));
        var table = text[text.IndexOf("| from | may use |", StringComparison.Ordinal)..];
        var rows = TableRow().Matches(table[..table.IndexOf("\n\n", StringComparison.Ordinal)])
            .SelectMany(row => row.Groups[1].Value.Split(", ").Select(room => (Room: room, Uses: row.Groups[2].Value)))
            .Where(row => row.Room is not ("from" or "App")).ToArray();
        return rows.ToDictionary(row => row.Room, row => row.Uses.Split(", ").SelectMany(use => use switch
        {
            "nothing" => [],
            "the platform" => PlatformRooms,
            "all features" => Folders.Where(room => room.Value.StartsWith("Features", StringComparison.Ordinal)).Select(room => room.Key),
            _ => [use],
        }).ToArray());
    }

    // A using, or a qualified name, from the application's namespace or within it.
    [GeneratedRegex(@"(?:\bWebApp\.|(?<![\w.]))(?:Features\.|Platform\.|Operations\.|(?=Areas\.))([A-Z]\w+)")]
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

    [GeneratedRegex(@"(?<=`|^)(?:[A-Z][\w.]*|docs|requests)/[\w./-]+(?=`|$)")]
    private static partial Regex Place();

    // A folder by its name alone.
    [GeneratedRegex(@"^[A-Z]\w+/$")]
    private static partial Regex Folder();

    // A name that begins with a capital, has a small letter and may be an attribute or generic: `Session`, `[LimitByIp]`, `Session.Id`.
    [GeneratedRegex(@"^\[?([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:<\w+>)?(?:\.([A-Z]\w*))?(?:\(.*\))?\]?$")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^```.*?^```|^ +```.*?^ +```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"`([^`\n]+)`")]
    private static partial Regex Quote();

    [GeneratedRegex(@"\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w -]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
