using System.Net;
using Microsoft.AspNetCore.Razor.TagHelpers;
using WebApp.Platform.Http.Client;

namespace WebApp.Platform.Pages;

/// <summary><c>&lt;place of="@session.Ip" /&gt;</c>: the approximate place of an address; nothing if it is not known, or no file of places is configured.</summary>
/// <param name="places">Finds it.</param>
public sealed class PlaceTagHelper(ClientPlaces places) : TagHelper
{
    /// <summary>The address, as text.</summary>
    public string? Of { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!places.IsConfigured || !IPAddress.TryParse(Of, out var address) || places.Find(address) is not { } place)
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("data-place", "");
        output.Content.SetContent(place);
    }
}
