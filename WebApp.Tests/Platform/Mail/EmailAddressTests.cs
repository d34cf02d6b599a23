using WebApp.Platform.Mail;

namespace WebApp.Tests.Platform.Mail;

/// <summary>Which addresses are taken, and which spellings are one address.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class EmailAddressTests
{
    [TestCase("ada@example.org", "ADA@EXAMPLE.ORG")]
    [TestCase(" ada@example.org ", "ada@example.org")]
    [TestCase("a@bücher.example", "a@xn--bcher-kva.example")]
    [TestCase("a@BÜCHER.example", "A@XN--BCHER-KVA.EXAMPLE")]
    [TestCase("a@bu\u0308cher.example", "a@b\u00fccher.example")]
    [TestCase("jos\u00e9@example.org", "jose\u0301@example.org")]
    [TestCase("JOS\u00c9@example.org", "jose\u0301@example.org")]
    [TestCase("al\u0131@example.org", "ALI@example.org")]
    [TestCase("al\u0130@example.org", "ali@example.org")]
    [TestCase("\u212Aelvin@example.org", "kelvin@example.org")]
    public void Spellings_of_one_mailbox_are_one_address(string one, string other) =>
        Assert.That(EmailAddress.Normalize(one), Is.EqualTo(EmailAddress.Normalize(other)));

    [TestCase("ada@example.org", "ada@example.net")]
    [TestCase("josé@example.org", "jose@example.org")]
    [TestCase("a.da@example.org", "ada@example.org")]
    [TestCase("ada+tag@example.org", "ada@example.org")]
    public void Different_mailboxes_are_different_addresses(string one, string other) =>
        Assert.That(EmailAddress.Normalize(one), Is.Not.EqualTo(EmailAddress.Normalize(other)));

    [TestCase("ada@example.org")]
    [TestCase("a@bücher.example")]
    [TestCase("josé@example.org")]
    [TestCase("用户@例子.广告")]
    [TestCase("o'brien+x=y@mail.example.co.uk")]
    [TestCase("a@x--y.example")]
    public void An_address_that_mail_reaches_is_taken_as_typed(string address) =>
        Assert.That(EmailAddress.Parse($" {address} "), Is.EqualTo(address));

    [TestCase("m@-example.com")]
    [TestCase("m@example-.com")]
    [TestCase("m@1.2.3.4")]
    [TestCase("m@[1.2.3.4]")]
    [TestCase("m@exa_mple.com")]
    [TestCase("m@localhost")]
    [TestCase("m@example..com")]
    [TestCase("m@example.com.")]
    [TestCase("b@example.com。")]
    [TestCase(".b@example.com")]
    [TestCase("b.@example.com")]
    [TestCase("b..c@example.com")]
    [TestCase("a@ｅxample.com")]
    [TestCase("ａda@example.com")]
    [TestCase("ſam@example.com")]
    [TestCase("oﬃce@example.com")]
    [TestCase("a b@example.com")]
    [TestCase("\"a\"@example.com")]
    [TestCase("a@b@example.com")]
    [TestCase("@example.com")]
    [TestCase("a@")]
    [TestCase("")]
    [TestCase(null)]
    public void An_address_that_no_mail_system_takes_is_refused(string? address) => Assert.That(EmailAddress.Parse(address), Is.Null);

    [Test]
    public void Lengths_are_those_of_mail()
    {
        var label = new string('d', 63);
        Assert.Multiple(() =>
        {
            Assert.That(EmailAddress.Parse($"{new string('a', 64)}@example.org"), Is.Not.Null);
            Assert.That(EmailAddress.Parse($"{new string('a', 65)}@example.org"), Is.Null);
            Assert.That(EmailAddress.Parse($"a@{label}.org"), Is.Not.Null);
            Assert.That(EmailAddress.Parse($"a@{label}d.org"), Is.Null);
            Assert.That(EmailAddress.Parse($"{new string('a', 60)}@{label}.{label}.{label}.org"), Is.Null);
        });
    }

    [TestCase("\ud83d@example.org")]
    [TestCase("a@\udd11.org")]
    [TestCase("no address at all, \ud83d")]
    [TestCase("@")]
    public void Text_that_is_no_address_has_a_form_too(string text)
    {
        Assert.That(EmailAddress.Parse(text), Is.Null);
        Assert.That(() => EmailAddress.Normalize(text), Throws.Nothing);
    }

    [Test]
    public void The_form_is_a_fixed_point([Values("a@bücher.example", "josé@example.org", "ALI@example.org", "用户@例子.广告")] string address)
    {
        var form = EmailAddress.Normalize(address);
        Assert.That(EmailAddress.Normalize(form), Is.EqualTo(form));
    }
}
