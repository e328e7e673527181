namespace Tintype.Web.Views;

/// <summary>The sheet for a new post. Limits are printed into the page so that JavaScript need not know them.</summary>
/// <param name="Caption">As typed, when the form was refused; else empty. Likewise <paramref name="Place"/>.</param>
public sealed record NewPostView(UploadLimitsView Limits, string Caption, string Place, FormErrors Errors);

/// <param name="Accept">For the file input: "image/jpeg,image/png,.heic,..".</param>
public sealed record UploadLimitsView(int MaxPhotos, long MaxBytes, int MaxCaption, int MaxAlt, string Accept);

/// <summary>Answer of POST /new/media to JavaScript, and of GET /media/{id}/state.</summary>
/// <param name="SuggestedPlace">From the GPS position, if any: shown as a chip that is off until chosen.</param>
/// <param name="PreviewUrl">The 320 px rendition once it is live.</param>
public sealed record UploadedPhotoView(
    MediaId Id, PhotoState State, string? FailedReason, string? SuggestedPlace, string? PreviewUrl);

/// <summary>Caption, place and the description of each photo, changed afterwards.</summary>
public sealed record EditPostView(PostView Post, UploadLimitsView Limits, string Caption, string Place, FormErrors Errors);
