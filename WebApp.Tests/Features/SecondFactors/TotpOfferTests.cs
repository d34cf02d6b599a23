using System.Xml.Linq;
using Microsoft.AspNetCore.WebUtilities;
using WebApp.Features.SecondFactors.Totp;

namespace WebApp.Tests.Features.SecondFactors;

public sealed class TotpOfferTests
{
    private readonly TotpOffer offer = new("12345678901234567890"u8, "Copper: & Lantern", "ada+phone@example.org");

    [Test]
    public void The_URI_says_what_authenticator_apps_need()
    {
        var uri = new Uri(offer.OtpauthUri);
        var query = QueryHelpers.ParseQuery(uri.Query);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(uri.Scheme, Is.EqualTo("otpauth"));
            Assert.That(uri.Host, Is.EqualTo("totp"));
            Assert.That(Uri.UnescapeDataString(uri.AbsolutePath), Is.EqualTo("/Copper & Lantern:ada+phone@example.org"));
            Assert.That(query["secret"].ToString(), Is.EqualTo("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
            Assert.That(query["issuer"].ToString(), Is.EqualTo("Copper & Lantern"));
            Assert.That(query["algorithm"].ToString(), Is.EqualTo("SHA1"));
            Assert.That(query["digits"].ToString(), Is.EqualTo("6"));
            Assert.That(query["period"].ToString(), Is.EqualTo("30"));
            Assert.That(offer.SecretInGroups, Is.EqualTo("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"));
        }
    }

    [Test]
    public void The_QR_code_is_black_on_a_white_ground_of_its_own_and_holds_nothing_the_CSP_stops()
    {
        var svg = XDocument.Parse(offer.QrSvg).Root!;
        XElement[] all = [.. svg.DescendantsAndSelf()];
        var ground = svg.Elements().First(e => e.Name.LocalName == "rect");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(all.Select(e => e.Name.LocalName), Has.All.Match("^(svg|rect|path)$"));
            Assert.That(all.Attributes().Select(a => a.Name.LocalName), Has.None.EqualTo("style").And.None.StartsWith("on"));
            Assert.That(ground.Attribute("fill")?.Value.ToLowerInvariant(), Is.EqualTo("#ffffff"));
            Assert.That($"0 0 {ground.Attribute("width")?.Value} {ground.Attribute("height")?.Value}", Is.EqualTo(svg.Attribute("viewBox")?.Value));
        }
    }

    [Test]
    public void An_offer_does_not_print_its_secret() => Assert.That($"{offer}", Does.Not.Contain(offer.Secret));
}
