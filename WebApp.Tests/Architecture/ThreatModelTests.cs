using System.Reflection;
using System.Text.RegularExpressions;
using WebApp.Tests.Support;

namespace WebApp.Tests.Architecture;

/// <summary>The table of <c>docs/threat-model.md</c>: every requirement has its row, and every row names tests that there are.</summary>
public sealed partial class ThreatModelTests
{
    private const int Requirements = 86;

    // 63 is about what is not claimed.
    private static readonly int[] NothingToShow = [63];

    private static readonly (int Number, string Verdict, string[] Tests)[] Rows =
    [
        .. File.ReadLines(Path.Combine(TestApp.ContentRoot, "..", "docs", "threat-model.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 8 && int.TryParse(cells[1], out _))
            .Select(cells => (int.Parse(cells[1]), cells[4], Name().Matches(cells[6]).Select(name => name.Groups[1].Value).ToArray())),
    ];

    private static readonly HashSet<string> Tests =
    [
        .. typeof(ThreatModelTests).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
            .Where(method => method.GetCustomAttributes().Any(attribute => attribute.GetType().Name is "TestAttribute" or "TestCaseAttribute" or "TestCaseSourceAttribute" or "PropertyAttribute"))
            .Select(method => $"{type.Name}.{method.Name}")),
    ];

    [Test]
    public void Every_requirement_has_its_row() =>
        Assert.That(Rows.Select(row => row.Number), Is.Ordered.And.Unique.And.SupersetOf(Enumerable.Range(1, Requirements)));

    [Test]
    public void Every_row_says_whether_it_is_met() => Assert.That(Rows.Select(row => row.Verdict), Is.All.AnyOf("met", "partly", "not met"));

    [Test]
    public void Whatever_is_met_names_the_tests_that_show_it() =>
        Assert.That(Rows.Where(row => row.Verdict == "met" && row.Tests.Length == 0).Select(row => row.Number), Is.EqualTo(NothingToShow));

    [Test]
    public void Every_test_named_is_there() => Assert.That(Rows.SelectMany(row => row.Tests).Where(test => !Tests.Contains(test)), Is.Empty);

    [Test]
    public void Every_test_that_the_list_of_conformance_names_is_there() => Assert.That(
        Name().Matches(File.ReadAllText(Path.Combine(TestApp.ContentRoot, "..", "docs", "conformance.md"))).Select(name => name.Groups[1].Value).Where(test => !Tests.Contains(test)), Is.Empty);

    [GeneratedRegex("`([A-Za-z]+\\.[A-Za-z0-9_]+)`")]
    private static partial Regex Name();
}
