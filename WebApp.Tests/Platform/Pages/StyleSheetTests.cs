using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;
using WebApp.Platform.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Pages;

/// <summary>Style sheets: small files in layers, which a page gets as one.</summary>
public sealed partial class StyleSheetTests
{
    private static readonly string Folder = Path.Combine(TestApp.ContentRoot, "wwwroot", "css");
    private static readonly string[] Sheets = ["site.css", "console.css"];
    private static readonly string Site = File.ReadAllText(Path.Combine(Folder, "site.css"));
    private static readonly string[] Imports = [.. Sheets.SelectMany(sheet => Import().Matches(File.ReadAllText(Path.Combine(Folder, sheet)))).Select(import => import.Groups[1].Value)];
    private static readonly Dictionary<string, string> Parts = Directory.EnumerateFiles(Folder, "*.css", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/')).Except(Sheets).ToDictionary(name => name, name => File.ReadAllText(Path.Combine(Folder, name)));

    [Test]
    public void Every_file_is_imported_once() => Assert.That(Imports, Is.EquivalentTo(Parts.Keys));

    [Test]
    public void Every_file_is_in_a_layer_whose_place_is_declared()
    {
        var declared = Declaration().Matches(Site).Single().Groups[1].Value.Split(", ");
        var used = Sheets.SelectMany(sheet => Import().Matches(File.ReadAllText(Path.Combine(Folder, sheet)))).Select(import => import.Groups[2].Value).Distinct();
        Assert.That(used, Is.EquivalentTo(declared));
    }

    [Test]
    public void No_file_is_long() => Assert.That(Parts.Where(part => part.Value.Count(c => c == '\n') > 250).Select(part => part.Key), Is.Empty);

    [Test]
    public void Every_token_that_is_used_is_defined_and_every_one_that_is_defined_is_used()
    {
        var all = string.Concat(Parts.Values);
        Assert.That(Use().Matches(all).Select(use => use.Groups[1].Value).Distinct(), Is.EquivalentTo(Definition().Matches(all).Select(definition => definition.Groups[1].Value).Distinct()));
    }

    [TestCase("/login", "/css/site.css")]
    [TestCase("/admin", "/css/site.css", "/css/console.css")]
    public async Task A_page_asks_for_as_few_sheets_as_can_be_and_for_the_version_that_there_is(string page, params string[] sheets)
    {
        var browser = await PageClient.SignInAsync(TestApp.Shared, await TestApp.Shared.CreateAdminAsync());
        var links = Link().Matches((page == "/login" ? await new PageClient(TestApp.Shared).GetAsync(page) : await browser.GetAsync(page)).Text).Select(link => link.Groups[1].Value).ToArray();
        Assert.That(links.Select(link => link.Split('?')[0]), Is.EqualTo(sheets));

        using var http = TestApp.Shared.NewClient();
        foreach (var link in links)
        {
            using var answer = await http.GetAsync(new Uri(link, UriKind.Relative));
            var content = await answer.Content.ReadAsByteArrayAsync();
            var version = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(content)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            Assert.That(link, Does.EndWith($"?v={version}"));
            Assert.That(answer.Headers.CacheControl?.ToString(), Does.Contain("immutable"));
            Assert.That(System.Text.Encoding.UTF8.GetString(content), Does.Not.Contain("@import").And.Not.Contain("/*"));
        }
    }

    [Test]
    public async Task A_sheet_contains_every_rule_of_what_it_imports_in_its_layer()
    {
        using var http = TestApp.Shared.NewClient();
        var sheet = await http.GetStringAsync(new Uri("/css/site.css", UriKind.Relative));
        Assert.That(Import().Matches(Site), Has.Count.GreaterThan(10));
        foreach (Match import in Import().Matches(Site))
        {
            var rules = Line().Matches(Comment().Replace(Parts[import.Groups[1].Value], "")).Select(line => line.Value.Trim()).Where(line => line.Length > 0);
            Assert.That(sheet, Does.Contain($"@layer {import.Groups[2].Value} {{\n{string.Join('\n', rules)}\n}}\n"));
        }
    }

    [Test]
    public void A_sheet_that_is_kept_is_kept_once_however_its_path_is_spelt()
    {
        using var root = new PhysicalFileProvider(Path.GetDirectoryName(Folder)!);
        var files = new StyleSheetFiles(root, keep: true);
        Assert.That(files.GetFileInfo("/css//site.css"), Is.SameAs(files.GetFileInfo("/css/site.css")));
        Assert.That(files.GetFileInfo("/css/none.css").Exists, Is.False);
        Assert.That(files.GetFileInfo("/js/submit-once.js").PhysicalPath, Is.Not.Null);
    }

    [Test]
    public void A_sheet_that_is_not_kept_shows_what_was_edited()
    {
        var folder = Directory.CreateTempSubdirectory("sheets");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "all.css"), "@layer base;\n@import \"part.css\" layer(base);\n");
            using var root = new PhysicalFileProvider(folder.FullName);
            var files = new StyleSheetFiles(root, keep: false);
            foreach (var rule in (string[])["a { color: red; }\n", "b { color: blue; }\n"])
            {
                File.WriteAllText(Path.Combine(folder.FullName, "part.css"), rule);
                using var reader = new StreamReader(files.GetFileInfo("/all.css").CreateReadStream());
                Assert.That(reader.ReadToEnd(), Is.EqualTo($"@layer base;\n@layer base {{\n{rule}}}\n"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex("""^@import "([^"]+)" layer\(([^)]+)\);$""", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex(@"^@layer ([\w, ]+);$", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"var\((--[\w-]+)\)")]
    private static partial Regex Use();

    [GeneratedRegex(@"^\s+(--[\w-]+):", RegexOptions.Multiline)]
    private static partial Regex Definition();

    [GeneratedRegex("""<link rel="stylesheet" href="([^"]+)">""")]
    private static partial Regex Link();

    [GeneratedRegex(@"/\*[\s\S]*?\*/")]
    private static partial Regex Comment();

    [GeneratedRegex(@".+")]
    private static partial Regex Line();
}
