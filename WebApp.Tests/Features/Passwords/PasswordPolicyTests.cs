using Microsoft.Extensions.Options;
using WebApp.Features.Passwords;
using WebApp.Platform.Startup;

namespace WebApp.Tests.Features.Passwords;

/// <summary>The policy's table: what is accepted, what is refused, and for which reason.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PasswordPolicyTests
{
    private static readonly PasswordPolicy Policy = new(
        Options.Create(new PasswordOptions()),
        Options.Create(new AppOptions { BaseUrl = new("http://localhost"), Name = "Hazelnut Accounts" }));

    [TestCase("kxvqzjwmpthbgrlndysc", TestName = "20 lower-case letters")]
    [TestCase("correct horse battery staple", TestName = "A passphrase")]
    [TestCase("пурпурный слон летит", TestName = "A passphrase in another script")]
    [TestCase("蓝色大象在雨中跳舞唱歌吃苹果喝茶", TestName = "16 characters without case")]
    [TestCase("vK7#mq2 Zt!x", TestName = "12 characters of all kinds")]
    [TestCase("ÄöΩ7#mq2 Zt!", TestName = "Kinds in any script")]
    [TestCase("Wombat-Glacier-91-Tuba", TestName = "Words and digits")]
    public void Is_accepted(string password)
    {
        var strength = Policy.Evaluate(password, "anna.schmidt@example.com", "Anna Schmidt");

        Assert.Multiple(() =>
        {
            Assert.That(strength.Missing, Is.Empty);
            Assert.That(strength.Acceptable, Is.True);
            Assert.That(strength.Score, Is.GreaterThanOrEqualTo(3));
            Assert.That(strength.Warning, Is.Null);
            Assert.That(strength.Suggestions, Is.Empty);
        });
    }

    [TestCase("", "at least 12 characters, or 16 for a passphrase")]
    [TestCase("vK7#mq2 Zt!", "at least 12 characters, or 16 for a passphrase")]
    [TestCase("🔑🔑🔑🔑🔑🔑", "at least 12 characters, or 16 for a passphrase")]
    [TestCase("vk7#mq2 zt!x", "an upper-case letter")]
    [TestCase("VK7#MQ2 ZT!X", "a lower-case letter")]
    [TestCase("vKz#mqb Zt!x", "a digit")]
    [TestCase("vK7nmq2mZtpx", "a symbol or space")]
    [TestCase("kxvqzjwmpthbgrl", "a digit")]
    [TestCase("password", "to be harder to guess")]
    [TestCase("Password123!", "to be harder to guess")]
    [TestCase("P@ssw0rd2024!", "to be harder to guess")]
    [TestCase("Summer2024!!", "to be harder to guess")]
    [TestCase("Qwerty123456!", "to be harder to guess")]
    [TestCase("passwordpassword", "to be harder to guess")]
    [TestCase("qwertyuiopasdfgh", "to be harder to guess")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaa", "to be harder to guess")]
    [TestCase("12345678901234567890", "to be harder to guess")]
    [TestCase("abcdefghijklmnopqrst", "to be harder to guess")]
    [TestCase("kqzkqzkqzkqzkqzkqzkqzkq", "to be harder to guess")]
    public void Is_refused_with_its_reason(string password, string reason)
    {
        var strength = Policy.Evaluate(password);

        Assert.Multiple(() =>
        {
            Assert.That(strength.Acceptable, Is.False);
            Assert.That(strength.Missing, Does.Contain(reason));
        });
    }

    [TestCase("", "length kinds kinds kinds kinds guessable")]
    [TestCase("vK7#mq2 Zt!", "length")]
    [TestCase("vk7nmq2qztpx", "kinds kinds")]
    [TestCase("wombat hazelnut glacier", "personal")]
    [TestCase("passwordpassword", "guessable")]
    [TestCase("correct horse battery staple", "")]
    public void What_is_missing_has_the_name_of_its_rule(string password, string rules)
    {
        var strength = Policy.Evaluate(password);

        Assert.Multiple(() =>
        {
            Assert.That(string.Join(' ', strength.Unmet.Select(unmet => unmet.Rule)), Is.EqualTo(rules));
            Assert.That(strength.Unmet.Select(unmet => unmet.Need), Is.EqualTo(strength.Missing));
            Assert.That(strength.Unmet.Select(unmet => unmet.Rule).Distinct(), Is.SubsetOf(Policy.List.Select(rule => rule.Name)));
        });
    }

    [Test]
    public void Rules_that_refuse_nothing_are_not_listed()
    {
        PasswordPolicy With(PasswordOptions options) => new(Options.Create(options), Options.Create(new AppOptions { BaseUrl = new("http://localhost") }));

        Assert.Multiple(() =>
        {
            Assert.That(Policy.List.Select(rule => rule.Name), Is.EqualTo((string[])["length", "kinds", "personal", "guessable"]));
            Assert.That(With(new() { MinLength = 20, PassphraseLength = 20, MinScore = 0 }).List.Select(rule => rule.Text), Is.EqualTo((string[])["At least 20 characters", "Nothing of your name, your address or the name of this site"]));
        });
    }

    [TestCase("purple ANNA tuba glacier 7", "anna")]
    [TestCase("xq7!Schmidt#vK2mz", "schmidt")]
    [TestCase("anna.schmidt@example.com", "anna.schmidt@example.com")]
    [TestCase("the annaschmidt way to wombats", "annaschmidt")]
    [TestCase("wombat glacier firma9000 tuba", "firma9000")]
    [TestCase("wombat glacier 9000 tuba", "9000")]
    [TestCase("wombat Løvborg glacier", "løvborg")]
    [TestCase("wombat glacier hazelNUT", "hazelnut")]
    [TestCase("wombat HazelnutAccounts tuba", "hazelnutaccounts")]
    public void Words_of_the_person_and_the_product_are_refused(string password, string word)
    {
        var strength = Policy.Evaluate(password, "Anna.Schmidt@example.com", null, "Anna Løvborg firma9000");

        Assert.Multiple(() =>
        {
            Assert.That(strength.Acceptable, Is.False);
            Assert.That(strength.Missing, Does.Contain($"to do without “{word}”"));
            Assert.That(strength.Warning, Does.Contain(word));
        });
    }

    [TestCase("wombat .com glacier tuba", "li@info.com", TestName = "The end of a domain")]
    [TestCase("the bob glacier tuba 7", "bob@x.org", TestName = "Three letters")]
    public void What_everybody_shares_or_is_short_is_no_context(string password, string address) =>
        Assert.That(Policy.Evaluate(password, address).Acceptable, Is.True);

    [Test]
    public void The_length_is_counted_in_code_points()
    {
        // 12 of them in 13 UTF-16 units, and 11 in 12.
        Assert.Multiple(() =>
        {
            Assert.That(Policy.Evaluate("vK7#mq2 Zt!🔑").Acceptable, Is.True);
            Assert.That(Policy.Evaluate("vK7#mq2 Zt🔑").Missing, Does.Contain("at least 12 characters, or 16 for a passphrase"));
        });
    }

    [Test]
    public void The_longest_password_is_256_characters()
    {
        var longest = string.Concat(Enumerable.Range(0, 256).Select(i => (char)('!' + (i * 37 % 90))));

        Assert.Multiple(() =>
        {
            Assert.That(Policy.Evaluate(longest).Acceptable, Is.True);
            Assert.That(Policy.Evaluate(longest + "x").Missing, Is.EqualTo((string[])["at most 256 characters"]));
            Assert.That(Policy.Evaluate(new string('x', 1_000_000)).Acceptable, Is.False);
        });
    }

    [Test]
    public void No_more_than_32_characters_are_worked_through()
    {
        var weak = new string('a', 16) + new string('b', 16);
        var strong = string.Concat(Enumerable.Range(0, 100).Select(i => (char)('!' + (i * 37 % 90))));

        Assert.Multiple(() =>
        {
            Assert.That(Policy.Evaluate(weak + strong).Score, Is.EqualTo(Policy.Evaluate(weak).Score).And.LessThan(3));
            Assert.That(Policy.Evaluate(strong[..32] + weak).Score, Is.EqualTo(4));
        });
    }

    // A source, since an attribute cannot hold what has no UTF-8.
    private static readonly string[] LoneSurrogates =
        ["\ud800 wombat glacier tuba", "wombat glacier tuba \udfff", "wombat \udd11\ud83d glacier tuba", "wombat glacier \uFFFE tuba"];

    [TestCaseSource(nameof(LoneSurrogates))]
    public void A_lone_surrogate_is_refused(string password) =>
        Assert.That(Policy.Evaluate(password).Missing, Is.EqualTo((string[])["to be valid Unicode text"]));

    [Test]
    public void What_makes_it_guessable_is_said_in_sentences()
    {
        var strength = Policy.Evaluate("P@ssw0rd");

        Assert.Multiple(() =>
        {
            Assert.That(strength.Warning, Is.EqualTo("It is, or contains, one of the most used passwords."));
            Assert.That(strength.Suggestions, Does.Contain("Look-alikes such as @ for a hardly help."));
            Assert.That(strength.Suggestions, Does.Contain("Capitals in the usual places hardly help."));
            Assert.That(strength.Suggestions, Is.All.Match(@"\A[A-Z].*\.\z"));
        });
    }

    [Test]
    public void Many_at_once_are_checked_alike()
    {
        string[] passwords = ["P@ssw0rd2024!", "correct horse battery staple", "Summer2024!!", "vK7#mq2 Zt!x", "1qaz2wsx3edc4rfv"];
        var alone = passwords.Select(password => Policy.Evaluate(password).Score).ToArray();
        var fresh = new PasswordPolicy(Options.Create(new PasswordOptions()), Options.Create(new AppOptions { BaseUrl = new("http://localhost") }));

        Assert.That(Enumerable.Range(0, 200).AsParallel().AsOrdered().Select(n => fresh.Evaluate(passwords[n % 5]).Score), Is.EqualTo(Enumerable.Range(0, 200).Select(n => alone[n % 5])));
    }

    [Test]
    public void The_numbers_are_published() =>
        Assert.That(Policy.Requirements, Is.EqualTo(new PasswordRequirements(12, 16, 256, 3, Policy.Requirements.Classes)).And.Property("Classes").EqualTo((string[])["upper", "lower", "digit", "symbol"]));
}
