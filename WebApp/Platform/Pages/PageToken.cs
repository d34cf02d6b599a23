using System.Security.Cryptography;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.Routing;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Options;

namespace WebApp.Platform.Pages;

/// <summary>
/// A hidden field in every form, different on each page that is sent. By it <see cref="RepeatedForms"/> tells a form that was sent twice from one that was opened
/// again. It is not a secret, and forms without it are accepted.
/// </summary>
/// <remarks>The name has “token” in it, so that <see cref="FormDrafts"/> does not keep it.</remarks>
public static class PageToken
{
    /// <summary>The field's name.</summary>
    public const string Field = "__PageToken";

    private const int Digits = 16;
    private static readonly object Made = new();

    /// <summary>The field with this page's value, the same in all forms of the page.</summary>
    public static IHtmlContent FieldOf(HttpContext context)
    {
        if (context.Items.TryGetValue(Made, out var known))
        {
            return (IHtmlContent)known!;
        }

        HtmlString field = new($"<input name=\"{Field}\" type=\"hidden\" value=\"{RandomNumberGenerator.GetHexString(Digits, lowercase: true)}\" />");
        context.Items[Made] = field;
        return field;
    }
}

/// <summary>Writes the page's token beside each antiforgery token.</summary>
internal sealed class PageHtmlGenerator(
    IAntiforgery antiforgery, IOptions<MvcViewOptions> options, IModelMetadataProvider metadata, IUrlHelperFactory urls, System.Text.Encodings.Web.HtmlEncoder encoder,
    ValidationHtmlAttributeProvider validation)
    : DefaultHtmlGenerator(antiforgery, options, metadata, urls, encoder, validation)
{
    /// <inheritdoc/>
    public override IHtmlContent GenerateAntiforgery(ViewContext viewContext) =>
        // Null where the form has its token already.
        base.GenerateAntiforgery(viewContext) is { } token
            ? new HtmlContentBuilder(capacity: 2).AppendHtml(token).AppendHtml(PageToken.FieldOf(viewContext.HttpContext))
            : null!;
}
