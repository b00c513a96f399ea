//! {"replies": {"youtube.get_videos_from_search": {"status": 200, "body": {"data": [{"Title": "A"}, {"Title": "B"}, {"Title": "C"}]}}}}
let title = Trigger.ingredients.title;
performQuery("youtube.get_videos_from_search", { fields: { search_query: title }, limit: 3 })
  .then((queryResponse) => {
    let videos = queryResponse.responseBody.data;
    videos.forEach((video) => runAction("sms.send_me_text", { fields: { message: video.Title } }));
  });
