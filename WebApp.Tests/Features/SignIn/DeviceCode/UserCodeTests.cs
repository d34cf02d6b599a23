using System.Text.RegularExpressions;
using WebApp.Features.SignIn.DeviceCode;

namespace WebApp.Tests.Features.SignIn.DeviceCode;

public sealed partial class UserCodeTests
{
    [Test]
    public void A_code_is_eight_letters_of_twenty_that_spell_nothing()
    {
        var codes = Enumerable.Range(0, 1000).Select(_ => UserCode.New()).ToArray();
        Assert.That(codes, Is.All.Matches<string>(code => Form().IsMatch(UserCode.Show(code!))));
        Assert.That(codes.SelectMany(code => code).Distinct().Count(), Is.EqualTo(20));
        Assert.That(codes, Is.Unique);
    }

    [TestCase("WDJB-MJHT")]
    [TestCase("wdjb-mjht")]
    [TestCase(" wdjbmjht ")]
    [TestCase("W D J B\u2011M J H T")]
    public void Case_spaces_and_dashes_do_not_matter(string typed) => Assert.That(UserCode.Normalize(typed), Is.EqualTo("WDJBMJHT"));

    [TestCase(null)]
    [TestCase("")]
    [TestCase("WDJB-MJH")]
    [TestCase("WDJB-MJHTT")]
    [TestCase("WDJB-MJHA")]
    [TestCase("WDJB-MJH0")]
    [TestCase("WDJB_MJHT")]
    [TestCase("\0WDJBMJHT")]
    [TestCase("WDJB-MJHT                                            ")]
    public void What_is_no_code_is_none(string? typed) => Assert.That(UserCode.Normalize(typed), Is.Null);

    [GeneratedRegex("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$")]
    private static partial Regex Form();
}
